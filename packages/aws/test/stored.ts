import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Secret, secret } from '@keyturn/core';

/** Makes the secret, or a newer version of it. Bytes that are no text are stored as `SecretBinary`. Answers the version's id. */
export async function store(client: SecretsManagerClient, id: string, value: Secret): Promise<string> {
  const content = contentOf(value);
  try {
    const { VersionId } = await client.send(new CreateSecretCommand({ Name: id, ...content }));
    return VersionId ?? '';
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId: id, ...content }));
    return VersionId ?? '';
  }
}

/** Which versions carry which labels, and the tags, as the service has them now. */
export async function described(client: SecretsManagerClient, id: string) {
  const { VersionIdsToStages = {}, Tags = [] } = await client.send(new DescribeSecretCommand({ SecretId: id }));
  const holdersOf = (label: string) =>
    Object.keys(VersionIdsToStages).filter((version) => VersionIdsToStages[version]?.includes(label));
  return {
    current: holdersOf('AWSCURRENT'),
    previous: holdersOf('AWSPREVIOUS'),
    pending: holdersOf('AWSPENDING'),
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
  };
}

function contentOf(value: Secret): { SecretString: string } | { SecretBinary: Uint8Array } {
  const bytes = value.revealBytes();
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return Buffer.from(text).equals(bytes) ? { SecretString: text } : { SecretBinary: bytes };
}

export function json(fields: Readonly<Record<string, string>>): Secret {
  return secret(JSON.stringify(fields));
}
