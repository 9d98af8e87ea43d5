import { CredentialError, type CredentialErrorCode } from '../credential-error.ts';

/** Worth another attempt within the same `get`. */
const RETRYABLE: ReadonlySet<CredentialErrorCode> = new Set(['rate_limited', 'unreachable', 'timed_out']);

/** The source did not say no: an older value may live on within `staleIfErrorMs`. */
const STALE_ALLOWED: ReadonlySet<CredentialErrorCode> = new Set([...RETRYABLE, 'invalid_response']);

/** Answers of this machine: asking again costs nobody anything, so nothing is paced. */
const LOCAL: ReadonlySet<CredentialErrorCode> = new Set(['not_configured', 'invalid_reference']);

export const isRetryable = (error: CredentialError) => RETRYABLE.has(error.code);
export const allowsStale = (error: CredentialError) => STALE_ALLOWED.has(error.code);
export const isLocal = (error: CredentialError) => LOCAL.has(error.code);

/** The same error, with the time that is left now. */
export function withRetryAfter(error: CredentialError, retryAfterMs: number): CredentialError {
  const { code, message, source, hint, cause } = error;
  return new CredentialError(code, message, { source, hint, cause, retryAfterMs: Math.ceil(retryAfterMs) });
}

export function expiredOnArrival(source: string): CredentialError {
  return new CredentialError('invalid_response', 'the source answered with a credential that is already expired', {
    source,
    hint: 'compare the clocks of this machine and of the backend',
  });
}

const REFUSED_AGAIN = 'the source still gives the credential that a server refused';

/** `retryAfterMs` absent: the overlap is over, waiting for a new credential is given up. */
export function refusedAgain(source: string, retryAfterMs: number | undefined): CredentialError {
  return new CredentialError('unauthenticated', REFUSED_AGAIN, {
    source,
    retryAfterMs,
    hint: 'rotate the credential in its backend, or check that it belongs to the service that refused it',
  });
}

/** Whether a provider reports that its source gives nothing new yet, which is no failure of the source. */
export function isRefusedAgain(error: unknown): error is CredentialError {
  return error instanceof CredentialError && error.message === REFUSED_AGAIN;
}

export function disposedError(source: string): CredentialError {
  return new CredentialError('aborted', 'the provider has been disposed', { source });
}
