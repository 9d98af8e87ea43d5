import { CredentialError, type CredentialErrorCode } from '@keyturn/core';

/** Statuses that mean something else at Acme Secrets than `STATUS_CODES` of `@keyturn/core/http` says. */
export const CODES: Readonly<Record<number, CredentialErrorCode>> = {
  // The service locks itself after a restart, until an operator unlocks it. Asking again later is right.
  423: 'unreachable',
};

/** What to do next, where more is known than that the request failed. */
export const HINTS: Readonly<Partial<Record<CredentialErrorCode, string>>> = {
  unauthenticated: 'make a new token in the console of Acme Secrets, under Tokens',
  access_denied: 'give the token the role "reader" on this secret',
  not_found: 'compare the name with the list in the console; names are case-sensitive',
};

/** This machine was never told `option`. The only code that a chain of sources goes on past. */
export function notConfigured(option: 'address' | 'token', source: string): CredentialError {
  return new CredentialError('not_configured', `no ${option} of Acme Secrets is given`, {
    source,
    hint: `pass the option ${option}`,
  });
}

/** The name is not quoted: people paste secrets where a name belongs. */
export function invalidName(): CredentialError {
  return new CredentialError('invalid_reference', 'this cannot be the name of a secret', {
    source: 'acme',
    hint: 'a name has 1 to 128 letters, digits, ".", "_" and "-", and begins with a letter or a digit',
  });
}

/** Names the field, never what stands in it. */
export function malformed(field: string, source: string): CredentialError {
  return new CredentialError('invalid_response', `the answer has no valid field ${JSON.stringify(field)}`, {
    source,
    hint: 'check that the address belongs to Acme Secrets, version 1 of its API',
  });
}
