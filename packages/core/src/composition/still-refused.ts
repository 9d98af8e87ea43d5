import { type CredentialError, isCredentialError } from '../credential-error.ts';
import { refusedAgain } from '../refreshing/failure-handling.ts';

const { code, message } = refusedAgain('', undefined);

/**
 * Whether a provider reports that its source still gives the credential that a server refused, which is no failure of
 * the source: a new one may come. Its `retryAfterMs` is absent when the overlap is over.
 */
export function isStillRefused(error: unknown): error is CredentialError {
  return isCredentialError(error, code) && error.message === message;
}
