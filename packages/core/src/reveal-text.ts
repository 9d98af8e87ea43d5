import { CredentialError } from './credential-error.ts';
import { isSecret } from './secret.ts';

/** @throws {CredentialError} `invalid_response` where the value is a record */
export function revealText(value: unknown, source: string): string {
  if (isSecret(value)) return value.reveal();
  if (typeof value === 'string') return value;
  throw new CredentialError('invalid_response', 'the value is a record, not one secret', {
    source,
    hint: 'use get(), or select() one field',
  });
}
