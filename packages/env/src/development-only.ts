import { CredentialError, type CredentialSource, type Secret } from '@keyturn/core';
import { branchScope } from './branch-scope.ts';
import { type EnvironmentOptions, environmentName, environmentVariable } from './environment-name.ts';

export interface DevelopmentOnlyOptions extends EnvironmentOptions {
  /** The environments in which the source may be used. Default: `development` alone. */
  readonly environments?: readonly string[];
}

/**
 * Marks a source as one for development: a key everybody knows, a test account. Anywhere else its `fetch` fails with
 * `access_denied`, which also stops a `firstConfigured`.
 *
 * Which environment it is in:
 * - made in a branch of `forEnvironment`: that branch, also where it was chosen by `default`;
 * - made anywhere else: what the variable (`MCP_ENV`) says at each fetch. Not set is not development, so that a
 *   machine on which nobody thought of the variable is taken for production.
 *
 * @throws {CredentialError} `invalid_reference` where `variable` is no name of one. `fetch` throws `access_denied` outside
 *   of development, else what the source throws
 */
export function developmentOnly<V = Secret>(
  source: CredentialSource<V>,
  options: DevelopmentOnlyOptions = {},
): CredentialSource<V> {
  const variable = environmentVariable(options);
  const branch = branchScope.getStore();
  const { environments = ['development'] } = options;
  const { name } = source;
  const checked: CredentialSource<V> = {
    name,
    async fetch(context) {
      const environment = branch ?? environmentName(variable, options);
      if (environment === undefined || !environments.includes(environment)) throw refused(name, environments, variable);
      return source.fetch(context);
    },
  };
  if (source.release === undefined) return checked;
  return { ...checked, release: (credential, context) => source.release!(credential, context) };
}

function refused(source: string, environments: readonly string[], variable: string): CredentialError {
  const where = environments.join(' or ');
  return new CredentialError('access_denied', `${source} may be used in ${where} only`, {
    source,
    hint: `configure a real credential here; on a development machine set ${variable} to ${where}`,
  });
}
