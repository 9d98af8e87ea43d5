import { randomBytes } from 'node:crypto';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { newAccountId } from '@keyturn/backends';
import { type Secret, secret } from '@keyturn/core';

/** An AWS account that nobody else uses: LocalStack takes the access key id for it. */
export interface Account {
  readonly id: string;
  readonly secretAccessKey: Secret;
}

export function newAccount(): Account {
  return { id: newAccountId(), secretAccessKey: newValue() };
}

/** The SDK's own client, as an application would make it. */
export function clientFor({ id, secretAccessKey }: Account, endpoint: string, region = 'us-east-1') {
  const credentials = { accessKeyId: id, secretAccessKey: secretAccessKey.reveal() };
  return new SecretsManagerClient({ endpoint, region, credentials, maxAttempts: 1 });
}

/** A value that nobody has ever written down. */
export function newValue(): Secret {
  return secret(`v-${randomBytes(24).toString('base64url')}`);
}
