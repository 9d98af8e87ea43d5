import { CredentialError, type CredentialErrorCode, isCredentialError } from '../credential-error.ts';
import type { Secret } from '../secret.ts';
import { findLeaks } from './find-leaks.ts';
import { check } from './runner.ts';

export function checkCode(error: unknown, codes: readonly CredentialErrorCode[]): void {
  checkCredentialError(error);
  check(codes.includes(error.code), `the code is ${error.code} instead of ${codes.join(' or ')}`);
  check(typeof error.source === 'string' && error.source !== '', 'the error does not name its source');
  check(error.message !== '', 'the error has no message');
}

/** Whether it is a `CredentialError` at all is the concern of another test. */
export function checkHint(error: unknown): void {
  if (isCredentialError(error)) check(error.hint !== undefined && error.hint !== '', 'the error has no hint');
}

export function checkCredentialError(error: unknown): asserts error is CredentialError {
  // The kind only, not the message: nobody has vouched for that.
  const kind = error instanceof Error ? error.constructor.name : typeof error;
  check(error instanceof CredentialError, `the failure is no CredentialError but ${kind}`);
}

export function checkSilent(what: string, subject: unknown, secrets: Iterable<Secret>): void {
  const leaks = findLeaks(subject, secrets);
  check(leaks.length === 0, `${what} shows a secret in: ${leaks.join('; ')}`);
}
