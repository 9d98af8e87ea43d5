import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { newAccountId, useBackend } from '../src/index.ts';
import { listenersOf } from './listeners.ts';

describe('localstack', () => {
  const localstack = useBackend('localstack');

  test('creates and reads a secret by the AWS SDK', async () => {
    const { endpoint, region } = localstack();
    const credentials = { accessKeyId: newAccountId(), secretAccessKey: randomUUID() };
    const client = new SecretsManagerClient({ endpoint, region, credentials });
    const value = randomUUID();

    await client.send(new CreateSecretCommand({ Name: 'app/database', SecretString: value }));
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: 'app/database' }));

    expect(SecretString).toBe(value);
    client.destroy();
  });

  test.runIf(process.platform === 'linux')('listens on 127.0.0.1 alone', () => {
    const { hostname, port } = new URL(localstack().endpoint);
    if (hostname === '127.0.0.1') expect(listenersOf(Number(port))).toEqual(['127.0.0.1']);
  });
});
