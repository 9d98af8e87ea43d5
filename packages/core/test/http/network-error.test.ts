import { describe, expect, test } from 'vitest';
import { networkError } from '../../src/http/network-error.ts';

const failed = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('with secrets'), { code }) });
const error = (thrown: unknown) => networkError(thrown, 'GET https://x', 'vault:kv');

describe('networkError', () => {
  test.each([
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['ETIMEDOUT', 'unreachable'],
    ['UND_ERR_CONNECT_TIMEOUT', 'unreachable'],
    ['UND_ERR_SOCKET', 'unreachable'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timed_out'],
    ['UND_ERR_BODY_TIMEOUT', 'timed_out'],
    ['UND_ERR_HEADERS_OVERFLOW', 'invalid_response'],
    ['HPE_INVALID_CONSTANT', 'invalid_response'],
    ['Z_DATA_ERROR', 'invalid_response'],
  ])('%s is %s', (code, expected) => {
    expect(error(failed(code))).toMatchObject({ code: expected, message: `GET https://x failed: ${code}` });
  });

  test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'EPROTO'])(
    '%s is unreachable with a hint at the certificate',
    (code) => {
      expect(error(failed(code))).toMatchObject({ code: 'unreachable', hint: expect.stringContaining('certificate') });
    },
  );

  test('of several attempts to connect the last one counts', () => {
    const attempts = ['ENETUNREACH', 'ECONNREFUSED'].map((code) => Object.assign(new Error('no'), { code }));
    const thrown = new TypeError('fetch failed', { cause: new AggregateError(attempts, 'every attempt failed') });
    expect(error(thrown).message).toContain('ECONNREFUSED');
  });

  test('nothing else of what was thrown is kept', () => {
    for (const thrown of ['a text', null, new Error('plain'), failed('a code with spaces'), failed('lower_case')]) {
      const { message, cause } = error(thrown);
      expect([message, cause]).toEqual(['GET https://x failed: the connection broke', undefined]);
    }
    expect((error(failed('ECONNRESET')).cause as Error).message).toBe('ECONNRESET');
  });

  test('a chain of causes that bites its tail ends', () => {
    const thrown = new Error('one');
    thrown.cause = thrown;
    expect(error(thrown).code).toBe('unreachable');
  });
});
