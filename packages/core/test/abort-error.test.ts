import { describe, expect, test } from 'vitest';
import { abortError } from '../src/abort-error.ts';
import { CredentialError } from '../src/credential-error.ts';

describe('abortError', () => {
  test('is the reason itself where that is a CredentialError', () => {
    const reason = new CredentialError('timed_out', 'no answer for 10 s');
    expect(abortError(AbortSignal.abort(reason), 'env:X')).toBe(reason);
  });

  test('is timed_out where a deadline ended the wait', () => {
    const deadline = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    expect(abortError(deadline, 'env:X')).toMatchObject({ code: 'timed_out', source: 'env:X' });
  });

  test('is aborted for anything else and drops the reason', () => {
    for (const signal of [AbortSignal.abort(), AbortSignal.abort('a word'), AbortSignal.abort(new Error('why'))]) {
      const error = abortError(signal, 'env:X');
      expect(error).toMatchObject({ code: 'aborted', source: 'env:X' });
      expect(error.cause).toBeUndefined();
    }
  });
});
