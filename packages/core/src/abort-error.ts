import { CredentialError } from './credential-error.ts';

/**
 * The error of a wait that `signal` ended: the signal's own reason where that is a `CredentialError` already,
 * `timed_out` where it is a deadline (`AbortSignal.timeout`), else `aborted`.
 */
export function abortError(signal: AbortSignal, source?: string): CredentialError {
  const reason: unknown = signal.reason;
  if (reason instanceof CredentialError) return reason;
  if (reason instanceof DOMException && reason.name === 'TimeoutError') {
    return new CredentialError('timed_out', 'no answer within the deadline', { source });
  }
  // The reason is left out of the cause: a caller may abort with anything.
  return new CredentialError('aborted', 'the wait was given up', { source });
}
