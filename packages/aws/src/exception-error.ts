import { CredentialError, type CredentialErrorCode } from '@keyturn/core';
import { CODE_HINTS, codeOfException, hintOfException } from './exception-codes.ts';

/** What was asked, for an error's text. */
export interface Asked {
  /** `GetSecretValue`. */
  readonly operation: string;
  readonly source: string;
}

/** What an answer says of its failure. Nothing of `message` is ever kept. */
export interface AwsException {
  readonly name: string | undefined;
  readonly message?: string | undefined;
  /** HTTP status and what it means by itself, where there was an answer of its own. */
  readonly status?: number | undefined;
  readonly codeOfStatus?: CredentialErrorCode | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** The error of an exception that Secrets Manager, or the agent in its name, answered. */
export function exceptionError(exception: AwsException, { operation, source }: Asked): CredentialError {
  const { status, codeOfStatus = 'invalid_response', message = '', retryAfterMs } = exception;
  const name = exceptionWord(exception.name);
  if (name === 'InvalidRequestException' && /delet/i.test(message)) {
    const hint = 'restore it: aws secretsmanager restore-secret --secret-id ID';
    return new CredentialError('not_found', 'the secret is marked for deletion', { source, hint, ...causeNamed(name) });
  }
  const code = codeOfException(name) ?? codeOfStatus;
  const ofKey = code === 'access_denied' && /\bKMS\b/.test(message);
  return new CredentialError(code, `${operation} was answered by ${name ?? `HTTP ${status}`}`, {
    source,
    retryAfterMs,
    hint: hintOfException(ofKey ? 'DecryptionFailure' : name) ?? CODE_HINTS[code],
    ...causeNamed(name),
  });
}

/** The name of the exception that an error of this package stands for. */
export function exceptionName(error: CredentialError): string | undefined {
  return error.cause instanceof Error ? error.cause.name : undefined;
}

/** A name comes out of an answer; it is kept where it is known, or nothing else than an exception's. */
export function exceptionWord(name: string | undefined): string | undefined {
  if (name === undefined || codeOfException(name) !== undefined) return name;
  return /^[A-Z][A-Za-z]{2,50}(Exception|Error|Failure|Fault)$/.test(name) ? name : undefined;
}

/** A cause that tells the exception and nothing else: an error of the SDK carries the whole answer. */
export function causeNamed(name: string | undefined): { readonly cause?: Error } {
  return name === undefined ? {} : { cause: Object.assign(new Error(name), { name }) };
}
