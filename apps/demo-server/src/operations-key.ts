import { secretsManager } from '@keyturn/aws';
import { type CredentialProvider, firstConfigured, refreshing, select } from '@keyturn/core';
import { type EnvironmentVariables, envSource } from '@keyturn/env';
import type { AwsEnvironment } from './aws-environment.ts';
import type { Upstream } from './upstream.ts';

/** Less than the 30 s that a tool waits for its upstream. */
const OVERLAP_MS = 15_000;

/**
 * Comes from AWS Secrets Manager where the environment tells of AWS, else from the upstream's variable. Only "not
 * configured" leads on to the variable: where AWS denies the key, lacks it or does not answer, that is an error.
 * A key that is refused may be in rotation, so a new one is waited for.
 */
export function operationsKey(
  { variable }: Upstream,
  env: EnvironmentVariables,
  { region, whereTold }: AwsEnvironment,
): CredentialProvider {
  const secrets = secretsManager({ region }).secret('my-mcp-server-secrets');
  const source = firstConfigured(select(whereTold(secrets), 'api_key'), envSource(variable, { env }));
  return refreshing(source, { overlapMs: OVERLAP_MS });
}

/** What it is for. This stands in the report of a start that fails for it, so it says why AWS was asked. */
export function operationsKeyUse({ toldBy }: AwsEnvironment): string {
  const where = toldBy.length === 0 ? '' : ` (in AWS Secrets Manager; unset ${toldBy.join(', ')} to do without)`;
  return `API key for operations of the example service${where}`;
}
