import { resolve } from 'node:path';
import { CredentialError, type CredentialSource } from '@keyturn/core';
import { checkEntryName } from './entry-name.ts';
import { type EnvironmentVariables, readVariable } from './environment-variables.ts';
import type { FileSourceOptions } from './file-content.ts';
import { fetchWholeFile, type WholeFileRequest } from './file-credential.ts';
import { fileReference } from './file-path.ts';
import { checkAborted } from './until-aborted.ts';

export interface SystemdCredentialOptions extends FileSourceOptions {
  /** Where `CREDENTIALS_DIRECTORY` is read from, at each fetch. Default: `process.env`. */
  readonly env?: EnvironmentVariables;
}

/**
 * The credential that systemd hands to a service by `LoadCredential=`, `LoadCredentialEncrypted=` or `SetCredential=`:
 * `$CREDENTIALS_DIRECTORY/NAME`. `not_configured` outside of such a service; otherwise as `fileSource`.
 *
 * @throws {CredentialError} `invalid_reference` where `name` is not the name of one entry (no `/`, no `..`)
 */
export function systemdCredential(name: string, options: SystemdCredentialOptions = {}): CredentialSource {
  checkEntryName(name);
  const source = `systemd:${name}`;
  return {
    name: source,
    async fetch(context) {
      checkAborted(context.signal, source);
      const directory = readVariable(options.env ?? process.env, 'CREDENTIALS_DIRECTORY');
      if (directory === undefined || directory.trim() === '') throw noDirectory(name, source);
      return fetchWholeFile(fileRequest(name, resolve(directory, name), source), options, context);
    },
  };
}

function fileRequest(name: string, path: string, source: string): WholeFileRequest {
  return {
    path,
    label: `the file ${path}`,
    source,
    missing: { code: 'not_configured', hint: hintFor(name) },
    origin: { adapter: 'file', reference: fileReference(path) },
  };
}

function noDirectory(name: string, source: string): CredentialError {
  return new CredentialError('not_configured', 'CREDENTIALS_DIRECTORY is not set: systemd passed no credentials', {
    source,
    hint: hintFor(name),
  });
}

function hintFor(name: string): string {
  return `add LoadCredential=${name}:/path/to/file to the [Service] section of the unit`;
}
