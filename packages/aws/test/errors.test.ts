import { useBackend } from '@keyturn/backends';
import { findLeaks } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { newValue } from './account.ts';
import { failure, fetched } from './fetching.ts';
import { store } from './stored.ts';
import { newWorld } from './world.ts';

const localstack = useBackend('localstack');
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.1' };

/** The error of a fetch that is answered by an exception, as AWS answers it; the proxy plays AWS. */
async function errorOf(name: string, { status = 400, message = 'no', headers = {} } = {}) {
  await using world = await newWorld(localstack());
  const value = newValue();
  await store(world.client, 'app', value);
  const body = JSON.stringify({
    __type: `com.amazonaws.secretsmanager#${name}`,
    Message: `${message} ${value.reveal()}`,
  });
  world.proxy.inject({ kind: 'reply', status, headers: { ...JSON_TYPE, ...headers }, body });
  const error = await failure(fetched(world.manager.secret('app')));
  expect(findLeaks(error, [value, world.account.secretAccessKey])).toEqual([]);
  expect(error).toMatchObject({ source: 'aws:app', hint: expect.any(String) });
  return error;
}

describe('an exception that LocalStack cannot raise, answered by the proxy', () => {
  test.each([
    ['AccessDeniedException', 'access_denied'],
    ['DecryptionFailure', 'access_denied'],
    ['ExpiredTokenException', 'unauthenticated'],
    ['InvalidSignatureException', 'unauthenticated'],
    ['UnrecognizedClientException', 'unauthenticated'],
    ['MissingAuthenticationTokenException', 'unauthenticated'],
    ['ThrottlingException', 'rate_limited'],
    ['TooManyRequestsException', 'rate_limited'],
    ['ResourceNotFoundException', 'not_found'],
    ['InvalidParameterException', 'invalid_reference'],
    ['ValidationException', 'invalid_reference'],
    ['InvalidRequestException', 'conflict'],
  ])('%s is %s', async (name, code) => {
    const error = await errorOf(name);
    expect(error.code).toBe(code);
    expect(error.message).toBe(`GetSecretValue was answered by ${name}`);
    expect(error.cause).toMatchObject({ name, message: name });
  });

  test.each([
    ['InternalServiceError', 500, 'unreachable'],
    ['ServiceUnavailableException', 503, 'unreachable'],
    ['SomethingNewException', 400, 'invalid_response'],
    ['SomethingNewException', 403, 'access_denied'],
    ['SomethingNewException', 500, 'unreachable'],
  ])('%s by status %i is %s', async (name, status, code) => {
    expect((await errorOf(name, { status })).code).toBe(code);
  });

  test('a name that is none is not repeated', async () => {
    const error = await errorOf('constructor');
    expect(error).toMatchObject({ code: 'invalid_response', message: 'GetSecretValue was answered by HTTP 400' });
    expect(error.cause).toBeUndefined();
  });

  test('a secret that is marked for deletion is not_found, and can be restored', async () => {
    const error = await errorOf('InvalidRequestException', { message: 'it was marked for deletion.' });
    expect(error).toMatchObject({ code: 'not_found', hint: expect.stringContaining('restore-secret') });
  });

  test('a KMS key that may not be used is told from a secret that may not be read', async () => {
    const error = await errorOf('AccessDeniedException', { message: 'Access to KMS is not allowed' });
    expect(error).toMatchObject({ code: 'access_denied', hint: expect.stringContaining('kms:Decrypt') });
  });

  test('what AWS says of when to ask again is passed on', async () => {
    const error = await errorOf('ThrottlingException', { headers: { 'retry-after': '3' } });
    expect(error.retryAfterMs).toBe(3_000);
  });
});

test('an answer that is none of AWS says nothing of what it was', async () => {
  await using world = await newWorld(localstack());
  const value = newValue();
  world.proxy.inject({ kind: 'reply', status: 200, headers: JSON_TYPE, body: `<p>${value.reveal()}` });
  const error = await failure(fetched(world.manager.secret('app')));
  expect(error.message).toBe('GetSecretValue was answered by something that AWS does not send');
  expect(findLeaks(error, [value])).toEqual([]);
});

describe('a call that gets no answer', () => {
  test('ends by itself after timeoutMs', async () => {
    await using world = await newWorld(localstack());
    world.proxy.inject({ kind: 'hang' });
    const error = await failure(fetched(world.another({ timeoutMs: 300 }).secret('app')));
    expect(error).toMatchObject({ code: 'timed_out', message: 'GetSecretValue gave no answer within 300 ms' });
  });

  test('ends with the caller’s patience', async () => {
    await using world = await newWorld(localstack());
    world.proxy.inject({ kind: 'hang' });
    const abort = new AbortController();
    const fetching = failure(fetched(world.manager.secret('app', { stage: 'AWSPENDING' }), { signal: abort.signal }));
    await world.proxy.received(1);
    abort.abort();
    expect(await fetching).toMatchObject({ code: 'aborted', source: 'aws:app (AWSPENDING)' });
  });

  test('names the system’s reason, and keeps nothing else', async () => {
    await using world = await newWorld(localstack());
    await world.proxy.refuseConnections();
    const error = await failure(fetched(world.manager.secret('app')));
    expect(error).toMatchObject({ code: 'unreachable', message: 'GetSecretValue failed: ECONNREFUSED' });
    expect(Object.keys(error.cause as object)).toEqual(['name']);
  });
});

test('what LocalStack says of a deleted secret, a stage and a version that are not there is not_found', async () => {
  await using world = await newWorld(localstack());
  await store(world.client, 'app', newValue());
  const versionId = '00000000-0000-4000-8000-000000000000';
  for (const options of [{ stage: 'AWSPENDING' }, { versionId }]) {
    const error = await failure(fetched(world.manager.secret('app', options)));
    expect(error).toMatchObject({ code: 'not_found', hint: expect.stringContaining('stage') });
  }
});
