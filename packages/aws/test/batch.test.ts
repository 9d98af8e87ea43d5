import { CreateSecretCommand, DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import { loadCredentials, refreshing, required, type Secret, secret } from '@keyturn/core';
import { fakeClock, type RecordedRequest } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { clientFor, newValue } from './account.ts';
import { failure, fetched, revealed } from './fetching.ts';
import { skipWhereBinariesBreak } from './localstack-version.ts';
import { store } from './stored.ts';
import { newWorld, operationOf, type World } from './world.ts';

const localstack = useBackend('localstack');
const REFUSED = JSON.stringify({ __type: 'AccessDeniedException', Message: 'not authorized' });
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.1' };

/** Secrets with their values, by id. */
async function stored(world: World, count: number): Promise<Map<string, Secret>> {
  const values = new Map(Array.from({ length: count }, (_, index) => [`app/secret-${index}`, newValue()] as const));
  for (const [id, value] of values) await store(world.client, id, value);
  return values;
}

const isBatch = (request: RecordedRequest) => operationOf(request) === 'BatchGetSecretValue';
const idsIn = ({ body }: RecordedRequest): string[] => JSON.parse(Buffer.from(body).toString()).SecretIdList;

test('what is asked for in one turn goes out in batches of at most 20', async () => {
  await using world = await newWorld(localstack());
  const values = await stored(world, 45);
  const sources = [...values.keys()].map((id) => world.manager.secret(id));
  const revealedValues = await Promise.all(sources.map(revealed));
  expect(revealedValues).toEqual([...values.values()].map((value) => value.reveal()));
  expect(world.proxy.requests.every(isBatch)).toBe(true);
  expect(world.proxy.requests.map((request) => idsIn(request).length)).toEqual([20, 20, 5]);
});

test('the batches of one turn are under way at once', async () => {
  await using world = await newWorld(localstack());
  const values = await stored(world, 41);
  const lift = world.proxy.inject({ kind: 'hang' });
  const abort = new AbortController();
  const fetches = [...values.keys()].map((id) => fetched(world.manager.secret(id), { signal: abort.signal }));
  await world.proxy.received(3);
  abort.abort();
  const outcomes = await Promise.allSettled(fetches);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  lift();
});

test('a hundred credentials are loaded by five calls', async () => {
  await using world = await newWorld(localstack());
  const values = await stored(world, 100);
  const manifest = Object.fromEntries([...values.keys()].map((id) => [id, required(world.manager.secret(id), id)]));
  await using credentials = await loadCredentials(manifest);
  for (const [id, value] of values) expect(credentials[id]?.current()?.value.reveal()).toBe(value.reveal());
  expect(world.operations()).toEqual(Array(5).fill('BatchGetSecretValue'));
});

test('a thousand first gets of one secret make one call', async () => {
  await using world = await newWorld(localstack());
  const [[id, value] = fail()] = await stored(world, 1);
  await using provider = refreshing(world.manager.secret(id));
  const texts = await Promise.all(Array.from({ length: 1_000 }, () => provider.reveal()));
  expect(new Set(texts)).toEqual(new Set([value.reveal()]));
  expect(world.operations()).toEqual(['GetSecretValue']);
});

test('each of a batch hears of itself alone', async () => {
  await using world = await newWorld(localstack());
  const { client, manager } = world;
  await store(client, 'there', newValue());
  await store(client, 'going', newValue());
  await client.send(new DeleteSecretCommand({ SecretId: 'going' }));
  const [there, going, missing] = await Promise.all([
    fetched(manager.secret('there')),
    failure(fetched(manager.secret('going'))),
    failure(fetched(manager.secret('missing'))),
  ]);
  expect(there.origin.reference).toBe('aws-sm://there');
  expect(going).toMatchObject({ code: 'not_found', source: 'aws:going', hint: expect.stringContaining('restore') });
  expect(missing).toMatchObject({ code: 'not_found', source: 'aws:missing' });
  expect(world.operations()).toEqual(['BatchGetSecretValue']);
});

test('names, ARNs and ARNs without their end each get their own secret', async () => {
  await using world = await newWorld(localstack());
  const { client, manager } = world;
  const [short, long] = [newValue(), newValue()];
  const { ARN: arn = '' } = await client.send(
    new CreateSecretCommand({ Name: 'app/key', SecretString: short.reveal() }),
  );
  const { ARN: longArn = '' } = await client.send(
    // Its ARN begins with the other one's, and its name ends as an ARN does.
    new CreateSecretCommand({ Name: 'app/key-AbCdEf', SecretString: long.reveal() }),
  );
  const ids = ['app/key-AbCdEf', longArn, longArn.slice(0, -7), 'app/key', arn, arn.slice(0, -7)];
  const texts = await Promise.all(ids.map((id) => revealed(manager.secret(id))));
  expect(texts).toEqual([long, long, long, short, short, short].map((value) => value.reveal()));
  expect(world.operations()).toEqual(['BatchGetSecretValue']);
});

test('an id that is asked for twice in one turn is sent once', async () => {
  await using world = await newWorld(localstack());
  const values = await stored(world, 2);
  const ids = [...values.keys(), ...values.keys()];
  await Promise.all(ids.map((id) => fetched(world.manager.secret(id))));
  expect(world.proxy.requests.map(idsIn)).toEqual([[...values.keys()]]);
});

test('a stage or a version is asked for by itself', async () => {
  await using world = await newWorld(localstack());
  const { client, manager } = world;
  const old = newValue();
  const versionId = await store(client, 'app', old);
  const current = newValue();
  await store(client, 'app', current);
  const sources = [
    manager.secret('app', { stage: 'AWSCURRENT' }),
    manager.secret('app', { stage: 'AWSPREVIOUS' }),
    manager.secret('app', { versionId }),
  ];
  const texts = await Promise.all(sources.map(revealed));
  expect(texts).toEqual([current, old, old].map((value) => value.reveal()));
  expect(world.operations()).toEqual(['GetSecretValue', 'GetSecretValue', 'GetSecretValue']);
});

describe('where the batch is refused', () => {
  test('each secret is asked for by itself, and the refusal is remembered for a while', async () => {
    await using world = await newWorld(localstack());
    const values = await stored(world, 2);
    values.set('binary', secret(Uint8Array.from([0, 255])));
    await store(world.client, 'binary', values.get('binary')!);
    const clock = fakeClock();
    const fetchAll = () => Promise.all([...values.keys()].map((id) => fetched(world.manager.secret(id), { clock })));
    const refusal = { kind: 'reply', status: 400, headers: JSON_TYPE, body: REFUSED } as const;
    const lift = world.proxy.inject(refusal, { match: isBatch });

    const credentials = await fetchAll();
    const bytes = (one: Secret) => one.revealBytes();
    expect(credentials.map(({ value }) => bytes(value))).toEqual([...values.values()].map(bytes));
    expect(world.operations()).toEqual(['BatchGetSecretValue', ...Array(3).fill('GetSecretValue')]);
    await fetchAll();
    expect(world.operations().slice(4)).toEqual(Array(3).fill('GetSecretValue'));
    await clock.advance(900_000);
    lift();
    await fetchAll();
    expect(world.operations().slice(7)).toEqual(['BatchGetSecretValue']);
  });

  test('a secret that is denied by itself is told so', async () => {
    await using world = await newWorld(localstack());
    const [[id] = fail(), [denied] = fail()] = await stored(world, 2);
    world.proxy.inject(
      { kind: 'reply', status: 400, headers: JSON_TYPE, body: REFUSED },
      { match: (request) => isBatch(request) || JSON.parse(Buffer.from(request.body).toString()).SecretId === denied },
    );
    const [, error] = await Promise.all([
      fetched(world.manager.secret(id)),
      failure(fetched(world.manager.secret(denied))),
    ]);
    expect(error).toMatchObject({ code: 'access_denied', source: `aws:${denied}` });
  });
});

test.each([
  ['ThrottlingException', 400, 'rate_limited'],
  ['InternalServiceError', 500, 'unreachable'],
  ['ExpiredTokenException', 400, 'unauthenticated'],
])('%s of a batch is everybody’s, and makes no further call', async (name, status, code) => {
  await using world = await newWorld(localstack());
  const values = await stored(world, 3);
  world.proxy.inject({ kind: 'reply', status, headers: JSON_TYPE, body: JSON.stringify({ __type: name }) });
  const errors = await Promise.all([...values.keys()].map((id) => failure(fetched(world.manager.secret(id)))));
  expect(errors.map((error) => [error.code, error.source])).toEqual(
    [...values.keys()].map((id) => [code, `aws:${id}`]),
  );
  expect(world.operations()).toEqual(['BatchGetSecretValue']);
});

test('a binary secret that LocalStack cannot put into a batch spoils it for the others once only', async ({ skip }) => {
  await skipWhereBinariesBreak(localstack(), skip);
  await using world = await newWorld(localstack());
  const { client, manager } = world;
  const bytes = Uint8Array.from([0, 255, 1, 254]);
  const values = await stored(world, 2);
  await store(client, 'binary', secret(bytes));
  await store(client, 'binary', secret(bytes)); // a value that Put has written is what it stumbles over
  const fetchAll = () => Promise.all([...values.keys(), 'binary'].map((id) => fetched(manager.secret(id))));

  expect((await fetchAll()).at(-1)?.value.revealBytes()).toEqual(bytes);
  expect(world.operations()).toEqual(['BatchGetSecretValue', ...Array(3).fill('GetSecretValue')]);
  expect((await fetchAll()).at(-1)?.value.revealBytes()).toEqual(bytes);
  expect(world.operations().slice(4).sort()).toEqual(['BatchGetSecretValue', 'GetSecretValue']);
});

test('a secret without any version spoils the batch for no other', async () => {
  await using world = await newWorld(localstack());
  const values = await stored(world, 2);
  await world.client.send(new CreateSecretCommand({ Name: 'empty' }));
  const [empty, ...others] = await Promise.all([
    failure(fetched(world.manager.secret('empty'))),
    ...[...values.keys()].map((id) => revealed(world.manager.secret(id))),
  ]);
  expect(empty).toMatchObject({ code: 'not_found', source: 'aws:empty' });
  expect(others).toEqual([...values.values()].map((value) => value.reveal()));
});

test('an ARN of another region is asked for there', async () => {
  await using world = await newWorld(localstack());
  const { account, proxy } = world;
  const abroad = clientFor(account, localstack().endpoint, 'eu-west-1');
  const [here, there] = [newValue(), newValue()];
  await store(world.client, 'app', here);
  const { ARN: arn = '' } = await abroad.send(new CreateSecretCommand({ Name: 'app', SecretString: there.reveal() }));
  // The region of all secrets stands behind that of one.
  const { secret } = world.another({ region: 'us-east-1' });
  const sources = [secret('app'), secret(arn), secret('app', { region: 'eu-west-1' })];
  expect(await Promise.all(sources.map(revealed))).toEqual([here, there, there].map((value) => value.reveal()));
  const regions = proxy.requests.map(
    ({ headers }) => /\/([a-z0-9-]+)\/secretsmanager\//.exec(headers.authorization ?? '')?.[1],
  );
  expect(regions.sort()).toEqual(['eu-west-1', 'us-east-1']);
  abroad.destroy();
});

function fail(): never {
  throw new Error('nothing was stored');
}
