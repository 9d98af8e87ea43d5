import { CredentialError } from '@keyturn/core';
import { branchScope } from './branch-scope.ts';
import { type EnvironmentOptions, environmentName, environmentVariable } from './environment-name.ts';

/** Makes what one environment needs: credentials and settings, in any shape. May be async. */
export type EnvironmentBranches = Readonly<Record<string, () => unknown>>;

export interface ForEnvironmentOptions<Name extends string> extends EnvironmentOptions {
  /** The branch where the variable is not set or empty. Default: none, and that is an error. */
  readonly default?: Name;
}

/**
 * Calls the branch that the variable (`MCP_ENV`) names, and no other, and answers what it answers: one value of the
 * branches' common type, a promise where the branches are async.
 *
 * A name without a branch is an error that lists the known ones, never a fall-back: a typo in `production` must not
 * start a development server.
 *
 * @throws {CredentialError} `invalid_reference` for a name without a branch, or no name of a variable;
 *   `not_configured` where the variable is not set and there is no default
 */
export function forEnvironment<Branches extends EnvironmentBranches>(
  branches: Branches,
  options: ForEnvironmentOptions<keyof Branches & string> = {},
): ReturnType<Branches[keyof Branches]> {
  const variable = environmentVariable(options);
  const name = environmentName(variable, options) ?? options.default;
  if (name === undefined) throw notSet(branches, variable);
  const branch = Object.hasOwn(branches, name) ? branches[name] : undefined;
  if (branch === undefined) throw unknownName(name, branches, variable);
  return branchScope.run(name, branch) as ReturnType<Branches[keyof Branches]>;
}

function notSet(branches: EnvironmentBranches, variable: string): CredentialError {
  return new CredentialError('not_configured', `${variable} is not set`, {
    hint: `set it to one of: ${Object.keys(branches).join(', ')}`,
  });
}

function unknownName(name: string, branches: EnvironmentBranches, variable: string): CredentialError {
  // Quoted only where it looks like the name of an environment, not like a secret that got into the wrong variable.
  const what = /^[A-Za-z][A-Za-z-]{0,19}$/.test(name) ? `"${name}"` : 'something';
  const known = Object.keys(branches).join(', ');
  return new CredentialError(
    'invalid_reference',
    `${variable} names ${what}, which is no known environment: ${known}`,
    {
      hint: `set ${variable} to one of: ${known}`,
    },
  );
}
