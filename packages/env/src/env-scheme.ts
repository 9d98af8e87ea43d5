import { CredentialError, type ReferenceScheme } from '@keyturn/core';
import { envSource } from './env-source.ts';

/** `env://NAME`, for `references`: what `envSource(NAME)` yields, the `NAME_FILE` convention included. */
export const envScheme: ReferenceScheme = {
  scheme: 'env',
  source({ segments }) {
    const [name = '', ...more] = segments;
    if (more.length === 0) return envSource(name);
    throw new CredentialError('invalid_reference', 'the path of an env:// reference has several parts', {
      hint: 'write env://NAME',
    });
  },
};
