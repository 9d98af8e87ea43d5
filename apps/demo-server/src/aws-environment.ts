import { CredentialError, type CredentialSource, type Secret, secret } from '@keyturn/core';
import type { EnvironmentVariables } from '@keyturn/env';

/** What the environment says of AWS. The SDK reads it by itself. */
export interface AwsEnvironment {
  readonly region: string;
  /** The variables that say that this process is meant to use AWS. */
  readonly toldBy: readonly string[];
  /** Everything that the SDK may read, by name; empty where nothing says that AWS is meant to be used. */
  readonly variables: readonly string[];
  /** What the SDK logs in with. No credential of this server, so only held for the redactor to know it. */
  readonly login: readonly Secret[];
  /**
   * `source`, which is not configured where the environment does not tell of AWS: there no SDK is loaded, no shared
   * file read and no network searched for a login. Nobody's AWS account is used who has not said so.
   */
  whereTold(source: CredentialSource): CredentialSource;
}

const TELLING = [
  'AWS_REGION',
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** The SDK sends the last two as headers, which `NODE_DEBUG=http` prints. */
const LOGIN = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];

export function awsEnvironment(env: EnvironmentVariables): AwsEnvironment {
  const toldBy = TELLING.filter((name) => env[name]);
  const isTold = toldBy.length > 0;
  return {
    region: env['AWS_REGION'] || 'us-east-1',
    toldBy,
    variables: isTold ? Object.keys(env).filter((name) => name.startsWith('AWS_') && env[name]) : [],
    login: LOGIN.flatMap((name) => env[name] ?? []).map(secret),
    whereTold: (source) => ({
      ...source,
      fetch: (context) => (isTold ? source.fetch(context) : Promise.reject(notTold(source.name))),
    }),
  };
}

function notTold(source: string): CredentialError {
  return new CredentialError('not_configured', 'the environment does not tell of AWS', {
    source,
    hint: `set AWS_REGION and a login (${TELLING.slice(1, 3).join(', ')}, ...) to read it from AWS Secrets Manager`,
  });
}
