import { CredentialError, type ReferenceScheme } from '@keyturn/core';
import { fileSource } from './file-source.ts';

/** `file:///run/secrets/x`, for `references`: what `fileSource('/run/secrets/x')` yields. The path is absolute. */
export const fileScheme: ReferenceScheme = {
  scheme: 'file',
  source({ segments }) {
    const [host, ...path] = segments;
    if (host !== '' || path.length === 0) throw notAbsolute();
    return fileSource(new URL(`file:///${path.map(encodeURIComponent).join('/')}`));
  },
};

function notAbsolute(): CredentialError {
  return new CredentialError('invalid_reference', 'a file:// reference does not begin with the root', {
    hint: 'write it with three slashes and an absolute path: file:///run/secrets/x',
  });
}
