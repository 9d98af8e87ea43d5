/**
 * Why a credential could not be had. The list is closed; switch on it.
 *
 * - `not_configured`: this machine was never told of the credential. The only code a chain goes on past.
 * - `not_found`: the backend answered that there is no such secret, version or field.
 * - `access_denied`: the backend knows who asks and refuses.
 * - `unauthenticated`: the backend, or the service the credential is for, does not accept the login or the credential.
 * - `rate_limited`: asked too often; see `retryAfterMs`.
 * - `unreachable`: no connection, or the backend answered that it is down.
 * - `timed_out`: no answer within the deadline.
 * - `invalid_response`: an answer that makes no sense, or that breaks the schema.
 * - `invalid_reference`: the name or reference asked for is malformed.
 * - `reauthorization_required`: a person has to log in again.
 * - `conflict`: somebody else wrote first.
 * - `aborted`: the caller's own signal, or disposal.
 */
export type CredentialErrorCode =
  | 'not_configured'
  | 'not_found'
  | 'access_denied'
  | 'unauthenticated'
  | 'rate_limited'
  | 'unreachable'
  | 'timed_out'
  | 'invalid_response'
  | 'invalid_reference'
  | 'reauthorization_required'
  | 'conflict'
  | 'aborted';

export interface CredentialErrorOptions {
  /** Name of the source that failed, e.g. `env:GITHUB_TOKEN`. Never a secret. */
  readonly source?: string | undefined;
  /** Milliseconds after which asking again makes sense, where the backend said so. */
  readonly retryAfterMs?: number | undefined;
  /** What to do next, in one sentence. */
  readonly hint?: string | undefined;
  /** What failed underneath. Must be free of secrets: pass it through a scrubber before, or leave it out. */
  readonly cause?: unknown;
}

/** The one error of Keyturn. Its message, hint and cause never contain a secret. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
  readonly code: CredentialErrorCode;
  readonly source: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;

  constructor(code: CredentialErrorCode, message: string, options: CredentialErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.source = options.source;
    this.retryAfterMs = options.retryAfterMs;
    this.hint = options.hint;
  }
}

/** Whether `error` is a `CredentialError`, of one of `codes` where any are given. */
export function isCredentialError(error: unknown, ...codes: CredentialErrorCode[]): error is CredentialError {
  return error instanceof CredentialError && (codes.length === 0 || codes.includes(error.code));
}
