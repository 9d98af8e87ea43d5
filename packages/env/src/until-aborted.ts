import { abortError } from '@keyturn/core';

/**
 * `work`, but given up as soon as `signal` aborts: a read from a file system that hangs cannot be cancelled.
 * @throws {CredentialError} `aborted` or `timed_out`, or the signal's reason where that is a `CredentialError`
 */
export async function untilAborted<T>(signal: AbortSignal, source: string, work: () => Promise<T>): Promise<T> {
  checkAborted(signal, source);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(abortError(signal, source));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

export function checkAborted(signal: AbortSignal, source: string): void {
  if (signal.aborted) throw abortError(signal, source);
}
