import { abortError, CredentialError } from '@keyturn/core';
import { CODE_HINTS } from './exception-codes.ts';
import type { Asked } from './exception-error.ts';

export interface CallLimits extends Asked {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Ends `work` when the signal aborts or the time is over, even where it does not heed the signal it is given: the SDK
 * waits for ever by itself, and no signal reaches its search for credentials.
 * @throws {CredentialError} `aborted` or `timed_out`; what `work` throws
 */
export async function withinDeadline<T>(limits: CallLimits, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { operation, source, signal, timeoutMs } = limits;
  if (signal.aborted) throw abortError(signal, source);
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = AbortSignal.any([signal, deadline]);
  try {
    return await unlessEnded(ended, work(ended));
  } catch (thrown) {
    if (signal.aborted) throw abortError(signal, source);
    if (!deadline.aborted) throw thrown;
    throw new CredentialError('timed_out', `${operation} gave no answer within ${timeoutMs} ms`, {
      source,
      hint: CODE_HINTS.timed_out,
    });
  }
}

async function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason);
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
