import { CredentialError } from '@keyturn/core';

/** Checks that `name` names one entry of a directory and leads nowhere else. @throws {CredentialError} `invalid_reference` */
export function checkEntryName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return;
  throw new CredentialError('invalid_reference', 'the name of a mounted secret is empty or contains a path', {
    hint: 'give the bare name of the secret; for a path there is fileSource',
  });
}
