import { type EnvironmentVariables, readVariable } from './environment-variables.ts';
import { checkVariableName } from './variable-name.ts';

export interface EnvironmentOptions {
  /** The variable that names the environment. Default: `MCP_ENV`. */
  readonly variable?: string;
  /** Where the variable is read from. Default: `process.env`. */
  readonly env?: EnvironmentVariables;
}

/** The name of the variable. @throws {CredentialError} `invalid_reference` where it is no name of one */
export function environmentVariable({ variable = 'MCP_ENV' }: EnvironmentOptions): string {
  checkVariableName(variable);
  return variable;
}

/**
 * The name of the environment, `undefined` where the variable is not set, empty or white space. White space around it
 * is dropped: `set MCP_ENV=production && node server.js` on Windows leaves one behind.
 */
export function environmentName(variable: string, { env = process.env }: EnvironmentOptions): string | undefined {
  const name = readVariable(env, variable)?.trim();
  return name === '' ? undefined : name;
}
