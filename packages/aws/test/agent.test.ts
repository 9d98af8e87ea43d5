import { writeFileSync } from 'node:fs';
import { fixedSource, refreshing, type Secret } from '@keyturn/core';
import { describe, expect, test, vi } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { newValue } from './account.ts';
import { useEmptyMachine } from './empty-machine.ts';
import { failure, fetched, revealed, thrown } from './fetching.ts';
import { type ScriptedAgent, scriptedAgent } from './scripted-agent.ts';

const machine = useEmptyMachine();

/** The adapter as it is beside a scripted agent. */
const beside = ({ origin, token }: ScriptedAgent) => secretsManager({ backend: 'agent', endpoint: origin, token });

test('stage and version are asked of the agent, and what it says of the version is kept', async () => {
  await using agent = await scriptedAgent();
  const [old, current] = [newValue(), newValue()];
  const versionId = agent.put('app/key', old);
  const version = agent.put('app/key', current);
  const { secret } = beside(agent);
  expect(await fetched(secret('app/key'))).toMatchObject({
    version,
    createdAt: new Date(1_569_534_789_046),
    origin: { adapter: 'aws', reference: 'aws-sm://app/key' },
  });
  expect(await revealed(secret('app/key', { stage: 'AWSPREVIOUS' }))).toBe(old.reveal());
  expect(await revealed(secret('app/key', { versionId }))).toBe(old.reveal());
  expect(agent.queries.map(String)).toEqual([
    'secretId=app%2Fkey',
    'secretId=app%2Fkey&versionStage=AWSPREVIOUS',
    `secretId=app%2Fkey&versionId=${versionId}`,
  ]);
});

describe('a refused credential', () => {
  test('is fetched past the agent’s cache', async () => {
    await using agent = await scriptedAgent({ ttlMs: 300_000 });
    const source = beside(agent).secret('app');
    agent.put('app', newValue());
    const rejected = await fetched(source);
    const version = agent.put('app', newValue());
    expect((await fetched(source)).version).toBe(rejected.version);
    expect((await fetched(source, { rejected })).version).toBe(version);
    expect(String(agent.queries.at(-1))).toBe('secretId=app&refreshNow=true');
  });

  test('of a stage is fetched past it too', async () => {
    await using agent = await scriptedAgent({ ttlMs: 300_000 });
    const source = beside(agent).secret('app', { stage: 'AWSPENDING' });
    agent.pend('app', newValue());
    const rejected = await fetched(source);
    const version = agent.pend('app', newValue());
    expect((await fetched(source, { rejected })).version).toBe(version);
  });

  test('is followed by the pending one in the gap of a rotation', async () => {
    await using agent = await scriptedAgent({ ttlMs: 300_000 });
    const source = beside(agent).secret('app');
    agent.put('app', newValue());
    const pending = agent.pend('app', newValue());
    expect((await fetched(source, { rejected: await fetched(source) })).version).toBe(pending);
  });
});

describe('the token', () => {
  test.each(['AWS_TOKEN', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'])('comes from %s', async (name) => {
    await using agent = await scriptedAgent();
    agent.put('app', newValue());
    vi.stubEnv(name, agent.token.reveal());
    const { secret } = secretsManager({ backend: 'agent', endpoint: agent.origin });
    expect(await fetched(secret('app'))).toMatchObject({ value: expect.anything() });
  });

  test('of AWS_TOKEN goes before the others', async () => {
    await using agent = await scriptedAgent();
    agent.put('app', newValue());
    vi.stubEnv('AWS_SESSION_TOKEN', newValue().reveal());
    vi.stubEnv('AWS_TOKEN', agent.token.reveal());
    const { secret } = secretsManager({ backend: 'agent', endpoint: agent.origin });
    await fetched(secret('app'));
  });

  test('may stand in a file, which is read anew each time', async () => {
    await using agent = await scriptedAgent();
    agent.put('app', newValue());
    const file = machine.path('awssmatoken');
    vi.stubEnv('AWS_TOKEN', `file://${file}`);
    const { secret } = secretsManager({ backend: 'agent', endpoint: agent.origin });
    const error = await failure(fetched(secret('app')));
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('ENOENT') });
    writeFileSync(file, `${newValue().reveal()}\n`);
    expect(await failure(fetched(secret('app')))).toMatchObject({ code: 'unauthenticated' });
    writeFileSync(file, `${agent.token.reveal()}\n`);
    await fetched(secret('app'));
  });

  test('may come from a provider', async () => {
    await using agent = await scriptedAgent();
    agent.put('app', newValue());
    await using token = refreshing<Secret>(fixedSource(agent.token));
    const { secret } = secretsManager({ backend: 'agent', endpoint: agent.origin, token });
    await fetched(secret('app'));
  });

  test('of another agent is unauthenticated, with a hint at where it comes from', async () => {
    await using agent = await scriptedAgent();
    const { secret } = secretsManager({ backend: 'agent', endpoint: agent.origin, token: newValue() });
    const hint = expect.stringContaining('AWS_TOKEN');
    expect(await failure(fetched(secret('app')))).toMatchObject({ code: 'unauthenticated', hint });
  });
});

describe('what AWS says to the agent', () => {
  test.each([
    ['ResourceNotFoundException', 'not_found'],
    ['AccessDeniedException', 'access_denied'],
    ['ExpiredTokenException', 'unauthenticated'],
    ['ThrottlingException', 'rate_limited'],
    ['DecryptionFailure', 'access_denied'],
    ['InternalFailure', 'unreachable'],
  ])('arrives: %s is %s', async (name, code) => {
    await using agent = await scriptedAgent();
    const value = newValue();
    agent.refuse('app', name, `a message with "quotes" and ${value.reveal()}`);
    const error = await failure(fetched(beside(agent).secret('app')));
    expect(error).toMatchObject({ code, hint: expect.any(String), source: 'aws:app' });
    expect(JSON.stringify([error.message, error.hint, error.cause])).not.toContain(value.reveal());
  });
});

describe('an agent that is not there', () => {
  test('is unreachable', async () => {
    const agent = await scriptedAgent();
    await agent[Symbol.asyncDispose]();
    expect(await failure(fetched(beside(agent).secret('app')))).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(agent.origin),
    });
  });

  test('is looked for on the port of the Lambda extension', async () => {
    await using agent = await scriptedAgent();
    agent.put('app', newValue());
    vi.stubEnv('PARAMETERS_SECRETS_EXTENSION_HTTP_PORT', new URL(agent.origin).port);
    await fetched(secretsManager({ backend: 'agent', token: agent.token }).secret('app'));
  });
});

test('an agent that does not answer is given up after timeoutMs', async () => {
  const never: typeof fetch = () => new Promise(() => {});
  const { secret } = secretsManager({ backend: 'agent', token: newValue(), timeoutMs: 100, fetch: never });
  const message = expect.stringContaining('within 100 ms');
  expect(await failure(fetched(secret('app')))).toMatchObject({ code: 'timed_out', source: 'aws:app', message });
});

test.each([
  ['not ready to serve traffic, please wait', 400],
  ['Serving not enabled. Hit the /start_serving endpoint to enable serving requests.', 503],
])('an agent that says "%s" is unreachable for now', async (text, status) => {
  await using agent = await scriptedAgent();
  const answer: typeof fetch = async () => new Response(text, { status });
  const { secret } = secretsManager({ backend: 'agent', endpoint: agent.origin, token: agent.token, fetch: answer });
  const hint = expect.stringContaining('handler');
  expect(await failure(fetched(secret('app')))).toMatchObject({ code: 'unreachable', hint });
});

test.each([1_569_534_789.046, '1569534789.046', '2019-09-26T21:53:09.046Z'])(
  'the date %j of a version is understood',
  async (CreatedDate) => {
    const body = JSON.stringify({ VersionId: crypto.randomUUID(), SecretString: newValue().reveal(), CreatedDate });
    const { secret } = secretsManager({ backend: 'agent', token: newValue(), fetch: async () => new Response(body) });
    expect((await fetched(secret('app'))).createdAt).toEqual(new Date(1_569_534_789_046));
  },
);

test('the agent only reads: there is nothing to rotate by it', async () => {
  await using agent = await scriptedAgent();
  expect(beside(agent)).not.toHaveProperty('rotationStore');
});

test('a region cannot be chosen: the agent has its own', async () => {
  await using agent = await scriptedAgent();
  expect(thrown(() => beside(agent).secret('app', { region: 'eu-west-1' }))).toMatchObject({
    code: 'invalid_reference',
  });
});
