import { randomBytes, randomUUID } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { newAccountId } from '@keyturn/backends';
import { type Secret, secret } from '@keyturn/core';

/** An AWS account that nobody else uses: LocalStack takes the access key id for it. */
export interface Account {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** What may show nowhere. */
  readonly secretAccessKey: Secret;
}

export function newAccount(): Account {
  const secretAccessKey = randomBytes(30).toString('base64url');
  return {
    credentials: { accessKeyId: newAccountId(), secretAccessKey },
    secretAccessKey: secret(secretAccessKey),
  };
}

/** The SDK's own client, as an application would make it. */
export function clientFor({ credentials }: Account, endpoint: string, region = 'us-east-1'): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
}

/** A value that nobody has ever written down. */
export function newValue(): string {
  return `v-${randomUUID()}`;
}
