import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Secret } from '@keyturn/core';

/** Makes the secret, or a newer version of it. Bytes that are no text are stored as `SecretBinary`. */
export async function store(client: SecretsManagerClient, id: string, value: Secret): Promise<void> {
  const content = contentOf(value);
  try {
    await client.send(new CreateSecretCommand({ Name: id, ...content }));
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    await client.send(new PutSecretValueCommand({ SecretId: id, ...content }));
  }
}

function contentOf(value: Secret): { SecretString: string } | { SecretBinary: Uint8Array } {
  const bytes = value.revealBytes();
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return Buffer.from(text).equals(bytes) ? { SecretString: text } : { SecretBinary: bytes };
}
