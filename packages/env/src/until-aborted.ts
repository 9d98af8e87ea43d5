import { CredentialError } from '@keyturn/core';

/**
 * `work`, but given up as soon as `signal` aborts: a read from a file system that hangs cannot be cancelled.
 * @throws {CredentialError} the signal's reason where that is one, else `aborted`
 */
export async function untilAborted<T>(signal: AbortSignal, source: string, work: () => Promise<T>): Promise<T> {
  checkAborted(signal, source);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(abortedError(signal, source));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

export function checkAborted(signal: AbortSignal, source: string): void {
  if (signal.aborted) throw abortedError(signal, source);
}

function abortedError(signal: AbortSignal, source: string): CredentialError {
  if (signal.reason instanceof CredentialError) return signal.reason;
  // The reason is left out of the cause: a caller may abort with anything.
  return new CredentialError('aborted', 'the read was given up', { source });
}
