import { AsyncLocalStorage } from 'node:async_hooks';
import { type EnvironmentVariables, readVariable } from './environment-variables.ts';
import { checkVariableName } from './variable-name.ts';

export interface EnvironmentOptions {
  /** The variable that names the environment. Default: `MCP_ENV`. */
  readonly variable?: string;
  /** Where the variable is read from. Default: `process.env`. */
  readonly env?: EnvironmentVariables;
}

/** The environment whose branch is being built, also after an `await` in it. */
export const branchScope = new AsyncLocalStorage<string>();

/**
 * The name of the environment, `undefined` where the variable is not set, empty or white space. White space around it
 * is dropped: `set MCP_ENV=production && node server.js` on Windows leaves one behind.
 */
export function environmentName({ variable = 'MCP_ENV', env = process.env }: EnvironmentOptions): string | undefined {
  checkVariableName(variable);
  const name = readVariable(env, variable)?.trim();
  return name === '' ? undefined : name;
}
