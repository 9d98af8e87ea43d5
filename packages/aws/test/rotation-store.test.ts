import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import { secret } from '@keyturn/core';
import { describe, expect, test } from 'vitest';
import { newValue } from './account.ts';
import { failure, revealed, thrown } from './fetching.ts';
import { skipWhereBinariesBreak } from './localstack-version.ts';
import { ID, LATER, newRotation, plain } from './rotation-world.ts';
import { described } from './stored.ts';
import { newWorld, operationOf, type World } from './world.ts';

const localstack = useBackend('localstack');

test('a rotation stages a version that no reader sees, promotes it and remembers what to revoke', async () => {
  await using world = await newRotation(localstack());
  const { rotation, old, attempt, manager } = world;
  const oldText = { version: old.version, value: old.value.reveal() };
  const newText = { version: attempt.id, value: attempt.value.reveal() };
  expect(plain(await rotation.read())).toEqual({ current: oldText });

  expect(await rotation.begin(attempt.id)).toBe(attempt.id);
  expect(plain(await rotation.read())).toEqual({ current: oldText, attempt: { id: attempt.id } });

  await rotation.stage(attempt.id, attempt.value);
  expect(plain(await rotation.read())).toEqual({ current: oldText, attempt: { id: attempt.id, staged: newText } });
  expect(await revealed(manager.secret(ID))).toBe(oldText.value);
  expect(await revealed(manager.secret(ID, { stage: 'AWSPENDING' }))).toBe(newText.value);

  await rotation.promote(attempt.id, LATER);
  expect(await world.state()).toEqual({
    current: ['new'],
    previous: ['old'],
    pending: [],
    tags: { 'keyturn:revoke:old': LATER.toISOString() },
  });
  expect(plain(await rotation.read())).toEqual({ current: newText, previous: oldText, revokeAfter: LATER });
  expect(await revealed(manager.secret(ID))).toBe(newText.value);

  await rotation.finish();
  expect(plain(await rotation.read())).toEqual({ current: newText, previous: oldText });
  expect(await world.state()).toMatchObject({ tags: {} });
});

test('a discarded attempt leaves the secret as it was', async () => {
  await using world = await newRotation(localstack());
  const { rotation, attempt } = world;
  const before = await world.state();
  await rotation.begin(attempt.id);
  await rotation.stage(attempt.id, attempt.value);
  await rotation.discard(attempt.id);
  await rotation.discard(attempt.id);
  expect(await world.state()).toEqual(before);
});

test('a rotation that is rolled back makes the old version current and the new one due for revocation', async () => {
  await using world = await newRotation(localstack());
  const { rotation, attempt, old } = world;
  await rotation.begin(attempt.id);
  await rotation.stage(attempt.id, attempt.value);
  await rotation.promote(attempt.id, new Date(0));
  await rotation.rollBack(LATER);
  expect(plain(await rotation.read())).toEqual({
    current: { version: old.version, value: old.value.reveal() },
    previous: { version: attempt.id, value: attempt.value.reveal() },
    revokeAfter: LATER,
  });
  await rotation.rollBack(LATER);
  expect(await world.state()).toMatchObject({ current: ['old'], previous: ['new'] });
});

test('an empty secret gets its first version', async () => {
  await using world = await newWorld(localstack());
  await world.client.send(new CreateSecretCommand({ Name: 'empty' }));
  const rotation = world.manager.rotationStore('empty');
  const id = randomUUID();
  expect(await rotation.read()).toEqual({});
  await rotation.begin(id);
  await rotation.stage(id, newValue());
  await rotation.promote(id, LATER);
  expect(await rotation.read()).toEqual({ current: { version: id, value: expect.anything() } });
});

test('bytes that are no text are stored as they are', async ({ skip }) => {
  await skipWhereBinariesBreak(localstack(), skip);
  await using world = await newRotation(localstack());
  const { rotation, attempt } = world;
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
  await rotation.begin(attempt.id);
  await rotation.stage(attempt.id, secret(bytes));
  await rotation.promote(attempt.id, LATER);
  expect((await rotation.read()).current?.value.revealBytes()).toEqual(bytes);
});

test('a version that was replaced by hand since is still the one to revoke', async () => {
  await using world = await newRotation(localstack());
  const { rotation, attempt, client } = world;
  await rotation.begin(attempt.id);
  await rotation.stage(attempt.id, attempt.value);
  await rotation.promote(attempt.id, LATER);
  await client.send(new PutSecretValueCommand({ SecretId: ID, SecretString: newValue().reveal() }));
  const state = await rotation.read();
  expect(state).toMatchObject({ previous: { version: world.old.version }, revokeAfter: LATER });
  await rotation.finish();
  expect(await rotation.read()).not.toHaveProperty('revokeAfter');
});

test('a version is marked before it is replaced, and means nothing until then', async () => {
  await using world = await newRotation(localstack());
  const Tags = [{ Key: `keyturn:revoke:${world.old.version}`, Value: new Date(0).toISOString() }];
  await world.client.send(new TagResourceCommand({ SecretId: ID, Tags }));
  expect(plain(await world.rotation.read())).toEqual({
    current: { version: world.old.version, value: world.old.value.reveal() },
  });
  expect((await described(world.client, ID)).tags).toEqual({});
});

test('an attempt may have any name, its version has one that AWS takes', async () => {
  await using world = await newRotation(localstack());
  const { rotation, attempt } = world;
  expect(await rotation.begin('release-7')).toBe('release-7');
  await rotation.stage('release-7', attempt.value);
  await rotation.promote('release-7', LATER);
  expect(await rotation.read()).toMatchObject({ current: { version: expect.stringMatching(/^[0-9a-f]{64}$/) } });
});

test('AWSPENDING that a rotation of AWS left on its current version is in nobody’s way', async () => {
  await using world = await newRotation(localstack());
  const { rotation, attempt, old, client } = world;
  const label = { SecretId: ID, VersionStage: 'AWSPENDING', MoveToVersionId: old.version };
  await client.send(new UpdateSecretVersionStageCommand(label));
  await rotation.begin(attempt.id);
  await rotation.stage(attempt.id, attempt.value);
  await rotation.promote(attempt.id, LATER);
  expect(await world.state()).toMatchObject({ current: ['new'], previous: ['old'], pending: [] });
});

describe('two at once', () => {
  test('go on with the same attempt, or the one that lost is told at its next step', async () => {
    await using world = await newRotation(localstack());
    const stores = [world.rotation, world.another().rotationStore(ID)];
    const begun = await Promise.all(stores.map((store) => store.begin(randomUUID())));
    const sofar = world.operations().length;
    const underWay = await world.rotation.begin(randomUUID());
    expect(begun).toContain(underWay);
    expect(world.operations().slice(sofar)).toEqual(['DescribeSecret']);
    // Tags have no compare-and-swap: each may have looked before the other's was there.
    for (const lost of begun.filter((id) => id !== underWay)) {
      expect(await failure(world.rotation.stage(lost, world.attempt.value))).toMatchObject({ code: 'conflict' });
    }
  });

  test('an attempt that came later cannot be staged nor promoted', async () => {
    await using world = await newRotation(localstack());
    const { rotation, attempt } = world;
    const other = randomUUID();
    await rotation.begin(other);
    expect(await failure(rotation.stage(attempt.id, attempt.value))).toMatchObject({ code: 'conflict' });
    expect(await failure(rotation.promote(attempt.id, LATER))).toMatchObject({ code: 'conflict' });
  });

  test('both may promote the same attempt', async () => {
    await using world = await newRotation(localstack());
    const { rotation, attempt } = world;
    await rotation.begin(attempt.id);
    await rotation.stage(attempt.id, attempt.value);
    const stores = [rotation, world.another().rotationStore(ID), world.another().rotationStore(ID)];
    await Promise.all(stores.map((store) => store.promote(attempt.id, LATER)));
    expect(await world.state()).toMatchObject({ current: ['new'], previous: ['old'], pending: [] });
  });

  test('an attempt that a lost race left behind is the next one', async () => {
    await using world = await newRotation(localstack());
    const { rotation, attempt, client } = world;
    const Tags = [{ Key: `keyturn:attempt:${attempt.id}`, Value: '2039-01-31T00:00:00.000Z' }];
    const first = randomUUID();
    await rotation.begin(first);
    await client.send(new TagResourceCommand({ SecretId: ID, Tags }));
    await rotation.stage(first, newValue());
    await rotation.promote(first, LATER);
    expect((await rotation.read()).attempt).toEqual({ id: attempt.id });
  });
});

describe('it refuses', () => {
  test('to begin while AWSPENDING belongs to somebody else', async () => {
    await using world = await newRotation(localstack());
    const content = { SecretId: ID, SecretString: newValue().reveal(), VersionStages: ['AWSPENDING'] };
    await world.client.send(new PutSecretValueCommand(content));
    const error = await failure(world.rotation.begin(world.attempt.id));
    expect(error).toMatchObject({ code: 'conflict', hint: expect.stringContaining('AWSPENDING') });
  });

  test('to stage over somebody else', async () => {
    await using world = await newRotation(localstack());
    const { rotation, attempt, client } = world;
    await rotation.begin(attempt.id);
    const content = { SecretId: ID, SecretString: newValue().reveal(), VersionStages: ['AWSPENDING'] };
    await client.send(new PutSecretValueCommand(content));
    expect(await failure(rotation.stage(attempt.id, attempt.value))).toMatchObject({ code: 'conflict' });
  });

  test('to promote what was never staged', async () => {
    await using world = await newRotation(localstack());
    await world.rotation.begin(world.attempt.id);
    const error = await failure(world.rotation.promote(world.attempt.id, LATER));
    expect(error).toMatchObject({ code: 'conflict', message: 'the attempt has staged nothing' });
  });

  test('to roll back where there is nothing to go back to', async () => {
    await using world = await newRotation(localstack());
    expect(await failure(world.rotation.rollBack(LATER))).toMatchObject({ code: 'conflict' });
  });

  test.each([
    ['an empty value', ''],
    ['a value over 64 KiB', 'x'.repeat(65_537)],
  ])('%s, before anything is sent', async (_, text) => {
    await using world = await newRotation(localstack());
    const error = await failure(world.rotation.stage(world.attempt.id, secret(text)));
    expect(error).toMatchObject({ code: 'invalid_response', message: `the new value has ${text.length} bytes` });
    expect(world.operations()).toEqual([]);
  });

  test('an attempt whose id cannot stand in a tag', async () => {
    await using world = await newRotation(localstack());
    expect(await failure(world.rotation.begin('not\nthis'))).toMatchObject({ code: 'invalid_reference' });
    expect(thrown(() => world.manager.rotationStore('not this'))).toMatchObject({ code: 'invalid_reference' });
  });

  test('to begin where AWS rotates the secret itself, as the proxy says in its name', async () => {
    await using world = await newRotation(localstack());
    answerInstead(world, 'DescribeSecret', 200, { RotationEnabled: true });
    const error = await failure(world.rotation.begin(world.attempt.id));
    expect(error).toMatchObject({ code: 'conflict', hint: expect.stringContaining('cancel-rotate-secret') });
  });

  test('another value for the same attempt, as AWS does and LocalStack does not', async () => {
    await using world = await newRotation(localstack());
    await world.rotation.begin(world.attempt.id);
    answerInstead(world, 'PutSecretValue', 400, { __type: 'ResourceExistsException' });
    expect(await failure(world.rotation.stage(world.attempt.id, newValue()))).toMatchObject({ code: 'conflict' });
  });

  test('to move a label that somebody else has moved meanwhile', async () => {
    await using world = await newRotation(localstack());
    const { rotation, attempt } = world;
    await rotation.begin(attempt.id);
    await rotation.stage(attempt.id, attempt.value);
    const lift = answerInstead(world, 'UpdateSecretVersionStage', 400, { __type: 'InvalidParameterException' });
    const error = await failure(rotation.promote(attempt.id, LATER));
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('AWSCURRENT') });
    lift();
    await rotation.promote(attempt.id, LATER);
    expect(await world.state()).toMatchObject({ current: ['new'], pending: [] });
  });

  test('a tag that holds no date', async () => {
    await using world = await newRotation(localstack());
    const Tags = [{ Key: `keyturn:revoke:${randomUUID()}`, Value: 'soon' }];
    await world.client.send(new TagResourceCommand({ SecretId: ID, Tags }));
    expect(await failure(world.rotation.read())).toMatchObject({ code: 'invalid_response' });
  });

  test('a secret that does not exist', async () => {
    await using world = await newWorld(localstack());
    expect(await failure(world.manager.rotationStore('missing').read())).toMatchObject({ code: 'not_found' });
  });
});

/** Lets the proxy answer an operation in the name of AWS. */
function answerInstead({ proxy }: World, operation: string, status: number, body: object): () => void {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  const match = (request: World['proxy']['requests'][number]) => operationOf(request) === operation;
  return proxy.inject({ kind: 'reply', status, headers, body: JSON.stringify(body) }, { match });
}
