import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type LocalStack, newAccountId } from '@keyturn/backends';
import type { Secret } from '@keyturn/core';
import { canary } from './canary.ts';

const NAME = 'my-mcp-server-secrets';

/** An AWS account that no other test uses: LocalStack takes the access key id for it. */
export interface AwsAccount {
  /** What tells a process of this account, and of nothing else that the machine may have. */
  readonly variables: Readonly<Record<string, string>>;
  /** What logs in to it and must never show. */
  readonly login: readonly Secret[];
  /** Makes the server's secret. Answers the version's id. */
  create(content: string): Promise<string>;
  /** Makes a newer version of it current. */
  replace(content: string): Promise<string>;
}

export function awsAccount({ endpoint, region }: LocalStack): AwsAccount {
  const accessKeyId = newAccountId();
  const [secretAccessKey, sessionToken] = [canary(), canary()];
  const login = { secretAccessKey: secretAccessKey.reveal(), sessionToken: sessionToken.reveal() };
  const client = new SecretsManagerClient({ endpoint, region, credentials: { accessKeyId, ...login } });
  return {
    variables: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: login.secretAccessKey,
      AWS_SESSION_TOKEN: login.sessionToken,
      ...nothingElse,
    },
    login: [secretAccessKey, sessionToken],
    create: (SecretString) => versionOf(client.send(new CreateSecretCommand({ Name: NAME, SecretString }))),
    replace: (SecretString) => versionOf(client.send(new PutSecretValueCommand({ SecretId: NAME, SecretString }))),
  };
}

/** Keeps the SDK from what the machine's owner has set up. */
export const nothingElse = {
  AWS_CONFIG_FILE: '/nowhere/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** The content of the secret, as the server expects it. */
export function holding(key: Secret): string {
  return JSON.stringify({ api_key: key.reveal() });
}

async function versionOf(answer: Promise<{ readonly VersionId?: string | undefined }>): Promise<string> {
  return (await answer).VersionId ?? '';
}
