import { CredentialError, type CredentialSource } from '@keyturn/core';
import { absenceOf, type PlaceholderOptions } from './absence.ts';
import { readVariable } from './environment-variables.ts';
import { textOf } from './file-content.ts';
import { type FileRequest, fetchFromFile } from './file-credential.ts';
import { absolutePath } from './file-path.ts';
import type { SecretFile } from './secret-file.ts';
import { checkVariableName } from './variable-name.ts';

export interface DotenvSourceOptions extends PlaceholderOptions {
  /** Read the file even where every user of the machine may read or change it. Default: `false`. */
  readonly allowWorldReadable?: boolean;
}

/**
 * One variable of a `.env` file, parsed by Node's own parser (`util.parseEnv`); nothing is put into `process.env`, and
 * `${...}` in values is not expanded. A value that is missing, empty or a placeholder is `not_configured`, as in
 * `envSource`. When the value in the file changes, `superseded` aborts.
 *
 * Refused with `access_denied` where users other than owner and group may read or write the file. The group is left to
 * you: `root:app` with mode 640 is how services are deployed. Windows has no such modes; nothing is checked there.
 *
 * @param file a path, relative to the working directory at this moment, or a `file:` URL. It shows in logs
 * @throws {CredentialError} `invalid_reference` where `file` is no path or `name` no name of a variable. `fetch` throws
 *   `not_configured`, `access_denied` and the other codes of `fileSource`; `invalid_response` where the file is no UTF-8
 */
export function dotenvSource(file: string | URL, name: string, options: DotenvSourceOptions = {}): CredentialSource {
  checkVariableName(name);
  const path = absolutePath(file);
  const source = `dotenv:${path}#${name}`;
  const request: FileRequest = {
    path,
    label: `the file ${path}`,
    source,
    missing: {
      code: 'not_configured',
      hint: `create it with a line ${name}=..., readable by its owner only (chmod 600)`,
    },
    origin: { adapter: 'dotenv', reference: source },
    extract: (found) => extractVariable(found, request, name, options),
  };
  return { name: source, fetch: (context) => fetchFromFile(request, context) };
}

async function extractVariable(
  { bytes, mode }: SecretFile,
  { label, path, source }: FileRequest,
  name: string,
  options: DotenvSourceOptions,
): Promise<string> {
  if (options.allowWorldReadable !== true && isOpenToOthers(mode)) throw openToOthers(label, path, source);
  const text = textOf(bytes);
  if (text === undefined) throw new CredentialError('invalid_response', `${label} is not UTF-8 text`, { source });
  const { parseEnv } = await import('node:util');
  const value = readVariable(parseEnv(text), name);
  if (value === undefined) throw notInFile(label, name, source);
  const absence = absenceOf(value, { ...options, holder: `${name} in ${label}`, variable: name, source });
  if (absence !== undefined) throw absence;
  return value;
}

function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o006) !== 0;
}

function openToOthers(label: string, path: string, source: string): CredentialError {
  return new CredentialError('access_denied', `${label} may be read or changed by every user of this machine`, {
    source,
    hint: `chmod 600 ${path}`,
  });
}

function notInFile(label: string, name: string, source: string): CredentialError {
  return new CredentialError('not_configured', `${label} has no ${name}`, { source, hint: `add a line ${name}=...` });
}
