import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import { fakeClock } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { newValue } from './account.ts';
import { failure, fetched } from './fetching.ts';
import { store } from './stored.ts';
import { newWorld, operationOf, type World } from './world.ts';

const localstack = useBackend('localstack');

/** Begins a rotation as AWS's functions do: the new value is stored, and nobody's current one yet. */
async function pend(world: World): Promise<string> {
  const ClientRequestToken = randomUUID();
  const content = { SecretString: newValue().reveal(), VersionStages: ['AWSPENDING'] };
  await world.client.send(new PutSecretValueCommand({ SecretId: 'app', ClientRequestToken, ...content }));
  return ClientRequestToken;
}

const isPending = (request: World['proxy']['requests'][number]) =>
  operationOf(request) === 'GetSecretValue' && Buffer.from(request.body).includes('AWSPENDING');

describe('a refused version', () => {
  test('is followed by the pending one, while it still is the current one', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    const pending = await pend(world);
    const current = await fetched(source);
    const next = await fetched(source, { rejected: current });
    expect(next.version).toBe(pending);
    expect(next.origin.reference).toBe('aws-sm://app?stage=AWSPENDING');
  });

  test('is followed by the current one, where that is another', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    const rejected = await fetched(source);
    const newer = await store(world.client, 'app', newValue());
    await pend(world);
    expect((await fetched(source, { rejected })).version).toBe(newer);
    expect(world.operations()).toEqual(['GetSecretValue', 'GetSecretValue']);
  });

  test('is answered again where nothing is pending, so that core paces it', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    const rejected = await fetched(source);
    expect((await fetched(source, { rejected })).version).toBe(rejected.version);
  });

  test('of a stage or a version that was asked for is answered as it is', async () => {
    await using world = await newWorld(localstack());
    const versionId = await store(world.client, 'app', newValue());
    await pend(world);
    const source = world.manager.secret('app', { versionId });
    const rejected = await fetched(source);
    expect((await fetched(source, { rejected })).version).toBe(versionId);
  });
});

describe('a pending version in hand', () => {
  test('is kept by a refresh, until it is the current one', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    const old = await store(world.client, 'app', newValue());
    const version = await pend(world);
    const previous = await fetched(source, { rejected: await fetched(source) });
    expect(await fetched(source, { previous })).toBe(previous);

    const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: version, RemoveFromVersionId: old };
    await world.client.send(new UpdateSecretVersionStageCommand({ SecretId: 'app', ...move }));
    expect((await fetched(source, { previous })).version).toBe(version);
  });

  test('is let go where its rotation was given up', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    const old = await store(world.client, 'app', newValue());
    const version = await pend(world);
    const previous = await fetched(source, { rejected: await fetched(source) });
    const off = { VersionStage: 'AWSPENDING', RemoveFromVersionId: version };
    await world.client.send(new UpdateSecretVersionStageCommand({ SecretId: 'app', ...off }));
    expect((await fetched(source, { previous })).version).toBe(old);
  });
});

describe('where both the current and the pending version are refused', () => {
  test('they are not handed out in turns', async () => {
    await using world = await newWorld(localstack());
    const clock = fakeClock({ now: Date.now() });
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    await pend(world);
    const current = await fetched(source, { clock });
    const pending = await fetched(source, { clock, rejected: current });
    expect((await fetched(source, { clock, rejected: pending })).version).toBe(pending.version);
    expect((await fetched(source, { clock, rejected: current })).version).toBe(current.version);

    await clock.advance(900_001);
    expect((await fetched(source, { clock, rejected: pending })).version).toBe(current.version);
  });

  test('a third version goes to everybody at once', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    await pend(world);
    const pending = await fetched(source, { rejected: await fetched(source) });
    const newest = await store(world.client, 'app', newValue());
    expect((await fetched(source, { rejected: pending })).version).toBe(newest);
  });
});

describe('a pending version that cannot be read', () => {
  test('is left alone for a while where it is denied', async () => {
    await using world = await newWorld(localstack());
    const clock = fakeClock({ now: Date.now() });
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    const pending = await pend(world);
    const rejected = await fetched(source, { clock });
    const body = JSON.stringify({ __type: 'AccessDeniedException' });
    const lift = world.proxy.inject({ kind: 'reply', status: 400, body }, { match: isPending });

    expect((await fetched(source, { clock, rejected })).version).toBe(rejected.version);
    lift();
    expect((await fetched(source, { clock, rejected })).version).toBe(rejected.version);
    expect(world.proxy.requests.filter(isPending)).toHaveLength(1);
    await clock.advance(900_000);
    expect((await fetched(source, { clock, rejected })).version).toBe(pending);
  });

  test('is asked for again where it merely failed', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    const pending = await pend(world);
    const rejected = await fetched(source);
    world.proxy.inject({ kind: 'reset' }, { match: isPending, times: 1 });
    expect((await fetched(source, { rejected })).version).toBe(rejected.version);
    expect((await fetched(source, { rejected })).version).toBe(pending);
  });

  test('does not outlast the caller', async () => {
    await using world = await newWorld(localstack());
    const source = world.manager.secret('app');
    await store(world.client, 'app', newValue());
    const rejected = await fetched(source);
    world.proxy.inject({ kind: 'hang' }, { match: isPending });
    const abort = new AbortController();
    const fetching = failure(fetched(source, { rejected, signal: abort.signal }));
    await world.proxy.received(3);
    abort.abort();
    expect(await fetching).toMatchObject({ code: 'aborted' });
  });
});
