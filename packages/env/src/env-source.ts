import { type Credential, CredentialError, type CredentialSource, type FetchContext, secret } from '@keyturn/core';
import { absenceOf, type PlaceholderOptions } from './absence.ts';
import { type EnvironmentVariables, readVariable } from './environment-variables.ts';
import { fetchWholeFile, type WholeFileRequest } from './file-credential.ts';
import { absolutePath } from './file-path.ts';
import { sameContent } from './replacement-watch.ts';
import { checkAborted } from './until-aborted.ts';
import { checkVariableName } from './variable-name.ts';

export interface EnvSourceOptions extends PlaceholderOptions {
  /** Read at each fetch, never written to. Default: `process.env`. */
  readonly env?: EnvironmentVariables;
  /**
   * Whether `NAME_FILE` may name a file that holds the value, as with the official Docker images. Default: `true`; turn
   * it off where the application means something else by that variable.
   */
  readonly fileVariable?: boolean;
}

/**
 * The value of an environment variable, exactly as it is set.
 *
 * `not_configured`, with a hint, where it is not set, empty, white space only, or holds a placeholder that was never
 * replaced: MCP clients pass `${NAME}`, `${input:id}`, `op://vault/item/field` or `<UNKNOWN>` on literally.
 *
 * Where `NAME` has no value and `NAME_FILE` has one, the file it names is read by the rules of `fileSource`. With a
 * value in both, neither is taken: `invalid_reference`, since one of them is out of date.
 *
 * @throws {CredentialError} `invalid_reference` where `name` is no name of a variable. `fetch` throws `not_configured`,
 *   and for the file that `NAME_FILE` names `not_found` and the codes of `fileSource`
 */
export function envSource(name: string, options: EnvSourceOptions = {}): CredentialSource {
  checkVariableName(name);
  const source = `env:${name}`;
  return {
    name: source,
    async fetch(context) {
      checkAborted(context.signal, source);
      const env = options.env ?? process.env;
      const { value, absence } = look(name, env, source, options.allowPlaceholder);
      const file = options.fileVariable === false ? {} : look(`${name}_FILE`, env, source);
      if (value !== undefined && file.value !== undefined) throw bothSet(name, source);
      if (value !== undefined) return toCredential(name, value, context);
      if (file.value !== undefined) return fetchWholeFile(fileRequest(name, file.value, source), options, context);
      throw absence ?? file.absence ?? notSet(name, source, options.fileVariable);
    },
  };
}

interface Looked {
  readonly value?: string;
  readonly absence?: CredentialError;
}

function look(variable: string, env: EnvironmentVariables, source: string, allowPlaceholder = false): Looked {
  const value = readVariable(env, variable);
  if (value === undefined) return {};
  const absence = absenceOf(value, { holder: variable, variable, source, allowPlaceholder });
  return absence === undefined ? { value } : { absence };
}

function toCredential(name: string, value: string, { clock, previous, rejected }: FetchContext): Credential {
  if (previous !== undefined && rejected === undefined && sameContent(previous.value, value)) return previous;
  return { value: secret(value), origin: { ...originOf(name), fetchedAt: new Date(clock.now()) } };
}

/** The path is not in any message: somebody may have put the secret itself there. */
function fileRequest(name: string, path: string, source: string): WholeFileRequest {
  return {
    path: absolutePath(path),
    label: `the file that ${name}_FILE names`,
    source,
    missing: { code: 'not_found', hint: `create the file, or correct ${name}_FILE` },
    origin: originOf(name),
  };
}

function originOf(name: string) {
  return { adapter: 'env', reference: `env://${name}` };
}

function notSet(name: string, source: string, fileVariable = true): CredentialError {
  const orFile = fileVariable ? `, or ${name}_FILE to the path of a file that holds it` : '';
  return new CredentialError('not_configured', `${name} is not set`, {
    source,
    hint: `set ${name} in the environment of this process (an MCP client has an "env" block for it)${orFile}`,
  });
}

function bothSet(name: string, source: string): CredentialError {
  return new CredentialError('invalid_reference', `${name} and ${name}_FILE are both set`, {
    source,
    hint: 'keep one of them',
  });
}
