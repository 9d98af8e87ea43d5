import { randomUUID } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { secret } from '@keyturn/core';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { newValue } from './account.ts';
import { failure, fetched, revealed } from './fetching.ts';
import { LATER } from './rotation-world.ts';
import { described } from './stored.ts';

/**
 * The same promises against AWS itself, and what only AWS can prove. Needs credentials and a region as the SDK finds
 * them, and AWS_CONTRACT_SECRET_PREFIX (such as `keyturn-contract/`): all it makes begins with that, and is deleted
 * at the end. The login may create, read, write, tag and delete secrets of that prefix. Costs a fraction of a cent.
 */
const prefix = process.env['AWS_CONTRACT_SECRET_PREFIX'] ?? '';
const LOGINS = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];
const canRun = prefix !== '' && LOGINS.some((name) => process.env[name]);

const made: string[] = [];
const client = new SecretsManagerClient({});
const manager = secretsManager();

beforeEach(({ skip }) => {
  if (!canRun) skip('not run: AWS itself needs AWS credentials and AWS_CONTRACT_SECRET_PREFIX');
});

afterAll(async () => {
  for (const SecretId of made) {
    await client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  }
  client.destroy();
});

async function create(content: { SecretString?: string; SecretBinary?: Uint8Array } = {}) {
  const Name = `${prefix}${randomUUID()}`;
  const { ARN = '', VersionId = '' } = await client.send(new CreateSecretCommand({ Name, ...content }));
  made.push(ARN);
  return { id: Name, arn: ARN, version: VersionId };
}

describe('AWS itself', () => {
  test('answers a batch by names, ARNs and ARNs without their end, binaries and errors included', async () => {
    const value = newValue();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const text = await create({ SecretString: value.reveal() });
    const binary = await create({ SecretBinary: bytes });
    const empty = await create();
    const ids = [text.id, text.arn, text.arn.slice(0, -7), binary.id];
    const fetches = Promise.all(ids.map((id) => fetched(manager.secret(id))));
    const failures = Promise.all([empty.id, `${prefix}missing`].map((id) => failure(fetched(manager.secret(id)))));
    const values = (await fetches).map((credential) => credential.value.revealBytes());
    const expected = new TextEncoder().encode(value.reveal());
    expect(values).toEqual([expected, expected, expected, bytes]);
    expect((await failures).map(({ code }) => code)).toEqual(['not_found', 'not_found']);
  });

  test('gives stages and versions', async () => {
    const [old, current] = [newValue(), newValue()];
    const { id, version } = await create({ SecretString: old.reveal() });
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: current.reveal() }));
    expect(await revealed(manager.secret(id, { stage: 'AWSPREVIOUS' }))).toBe(old.reveal());
    expect(await revealed(manager.secret(id, { versionId: version }))).toBe(old.reveal());
    expect(await revealed(manager.secret(id))).toBe(current.reveal());
    expect(await failure(fetched(manager.secret(id, { stage: 'AWSPENDING' })))).toMatchObject({ code: 'not_found' });
  });

  test('carries a rotation from its beginning to its end, and back', async () => {
    const [old, next] = [newValue(), newValue()];
    const { id, version } = await create({ SecretString: old.reveal() });
    const rotation = manager.rotationStore(id);
    const attempt = randomUUID();
    expect(await rotation.begin(attempt)).toBe(attempt);
    await rotation.stage(attempt, next);
    await rotation.stage(attempt, next);
    expect(await failure(rotation.stage(attempt, newValue()))).toMatchObject({ code: 'conflict' });
    expect(await revealed(manager.secret(id))).toBe(old.reveal());
    await rotation.promote(attempt, LATER);
    await rotation.promote(attempt, LATER);
    expect(await revealed(manager.secret(id))).toBe(next.reveal());
    expect(await described(client, id)).toMatchObject({ current: [attempt], previous: [version], pending: [] });
    expect(await rotation.read()).toMatchObject({ revokeAfter: LATER });
    await rotation.rollBack(LATER);
    expect(await described(client, id)).toMatchObject({ current: [version], previous: [attempt], pending: [] });
    await rotation.finish();
    expect(await rotation.read()).not.toHaveProperty('revokeAfter');
  });

  test('keeps a replaced version that is still to be revoked, whoever stored the next one', async () => {
    const { id, version } = await create({ SecretString: newValue().reveal() });
    const rotation = manager.rotationStore(id);
    const attempt = randomUUID();
    await rotation.begin(attempt);
    await rotation.stage(attempt, secret(newValue().reveal()));
    await rotation.promote(attempt, LATER);
    await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: newValue().reveal() }));
    expect(await rotation.read()).toMatchObject({ previous: { version }, revokeAfter: LATER });
  });

  test('makes the first version of an empty secret its current one', async () => {
    const { id } = await create();
    const rotation = manager.rotationStore(id);
    const attempt = randomUUID();
    await rotation.begin(attempt);
    await rotation.stage(attempt, newValue());
    await rotation.promote(attempt, LATER);
    expect(await rotation.read()).toMatchObject({ current: { version: attempt } });
  });
});
