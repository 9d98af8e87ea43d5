import { expect, test } from 'vitest';
import { CredentialError, isCredentialError } from '../src/index.ts';

test('an error carries code, source, hint and when to retry', () => {
  const cause = new Error('socket closed');
  const error = new CredentialError('rate_limited', 'asked too often', {
    source: 'vault:kv',
    retryAfterMs: 1_500,
    hint: 'wait',
    cause,
  });
  expect(error).toMatchObject({
    name: 'CredentialError',
    code: 'rate_limited',
    message: 'asked too often',
    source: 'vault:kv',
  });
  expect(error).toMatchObject({ retryAfterMs: 1_500, hint: 'wait', cause });
  expect(error).toBeInstanceOf(Error);
});

test('an error without a cause has no cause property', () => {
  expect('cause' in new CredentialError('aborted', 'x')).toBe(false);
});

test('isCredentialError asks for the class and, where given, for one of the codes', () => {
  const error = new CredentialError('not_found', 'x');
  expect(isCredentialError(error)).toBe(true);
  expect(isCredentialError(error, 'not_found', 'access_denied')).toBe(true);
  expect(isCredentialError(error, 'access_denied')).toBe(false);
  expect(isCredentialError(new Error('x'))).toBe(false);
  expect(isCredentialError({ code: 'not_found' }, 'not_found')).toBe(false);
});
