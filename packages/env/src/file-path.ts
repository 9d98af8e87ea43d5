import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CredentialError } from '@keyturn/core';

/** The absolute form of a path or `file:` URL. @throws {CredentialError} `invalid_reference` */
export function absolutePath(path: string | URL): string {
  const text = typeof path === 'string' ? path : pathOfUrl(path);
  if (text !== '' && !text.includes('\0')) return resolve(text);
  throw invalidPath(text === '' ? 'is empty' : 'contains a NUL character');
}

/** How logs name the file. */
export function fileReference(path: string): string {
  return pathToFileURL(path).href;
}

function pathOfUrl(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch {
    // The message of Node quotes the URL, which may carry a password.
    throw invalidPath('is a URL that names no local file');
  }
}

function invalidPath(problem: string): CredentialError {
  return new CredentialError('invalid_reference', `the path of a secret file ${problem}`, {
    hint: 'give a path or a file: URL',
  });
}
