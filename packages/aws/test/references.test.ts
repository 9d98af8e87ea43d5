import { CreateSecretCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import { references, refreshing } from '@keyturn/core';
import { describe, expect, test } from 'vitest';
import { awsScheme } from '../src/index.ts';
import { clientFor, newValue } from './account.ts';
import { failure, fetched, revealed, thrown } from './fetching.ts';
import { json, store } from './stored.ts';
import { newWorld } from './world.ts';

const localstack = useBackend('localstack');

describe('a reference', () => {
  test('names a secret, a field of it, a stage and a version', async () => {
    await using world = await newWorld(localstack());
    const { source } = references([world.manager.scheme]);
    const [old, current] = [newValue().reveal(), newValue().reveal()];
    const versionId = await store(world.client, 'prod/db', json({ user: 'app', password: old }));
    await store(world.client, 'prod/db', json({ user: 'app', password: current }));
    expect(await revealed(source('aws-sm://prod/db#password'))).toBe(current);
    expect(await revealed(source('aws-sm://prod/db#/password'))).toBe(current);
    expect(await revealed(source('aws-sm://prod/db?stage=AWSPREVIOUS#password'))).toBe(old);
    expect(await revealed(source(`aws-sm://prod/db?version=${versionId}#password`))).toBe(old);
  });

  test('names a secret by its ARN, in the region of that', async () => {
    await using world = await newWorld(localstack());
    const abroad = clientFor(world.account, localstack().endpoint, 'eu-west-1');
    const value = newValue();
    const { ARN = '' } = await abroad.send(new CreateSecretCommand({ Name: 'a/b', SecretString: value.reveal() }));
    const { source } = references([world.manager.scheme]);
    for (const text of [`aws-sm://${ARN}`, 'aws-sm://a/b?region=eu-west-1']) {
      const credential = await fetched(source(text));
      expect(credential.value.reveal()).toBe(value.reveal());
      expect(credential.origin.reference).toBe(text);
    }
    abroad.destroy();
  });

  test('may begin with a slash, as a name may', async () => {
    await using world = await newWorld(localstack());
    const value = newValue();
    await store(world.client, '/prod/key', value);
    const { source } = references([world.manager.scheme]);
    expect(await revealed(source('aws-sm:///prod/key'))).toBe(value.reveal());
  });

  test.each([
    'aws-sm://',
    'aws-sm://my key',
    'aws-sm://app?stage=',
    'aws-sm://app?colour=red',
    'aws-sm://app?version=1',
  ])('that is malformed is told at once: %s', (text) => {
    expect(thrown(() => references([awsScheme]).source(text))).toMatchObject({ code: 'invalid_reference' });
  });
});

describe('a field of a secret', () => {
  test('that is not there is told by its name, and nothing of the contents', async () => {
    await using world = await newWorld(localstack());
    const value = newValue();
    await store(world.client, 'app', json({ password: value.reveal() }));
    const error = await failure(fetched(references([world.manager.scheme]).source('aws-sm://app#passwort')));
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('passwort') });
    expect(`${error.message}${error.hint}`).not.toMatch(/password/);
  });

  test('of a text that is no JSON is told without the text', async () => {
    await using world = await newWorld(localstack());
    const value = newValue();
    await store(world.client, 'app', value);
    const error = await failure(fetched(references([world.manager.scheme]).source('aws-sm://app#password')));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(`${error.message}${error.hint}`).not.toContain(value.reveal());
  });

  test('and another one of the same secret never come from different versions', async () => {
    await using world = await newWorld(localstack());
    const { source } = references([world.manager.scheme]);
    await store(world.client, 'db', json({ user: 'one', password: 'one' }));
    await using user = refreshing(source('aws-sm://db#user'));
    await using password = refreshing(source('aws-sm://db#password'));
    expect(await Promise.all([user.reveal(), password.reveal()])).toEqual(['one', 'one']);
    expect(world.operations()).toHaveLength(1);
  });
});

test('AWSPREVIOUS after AWSCURRENT gives AWSPREVIOUS', async () => {
  await using world = await newWorld(localstack());
  const [old, current] = [newValue(), newValue()];
  await store(world.client, 'app', old);
  await store(world.client, 'app', current);
  await using now = refreshing(world.manager.secret('app'));
  await using before = refreshing(world.manager.secret('app', { stage: 'AWSPREVIOUS' }));
  expect(await now.reveal()).toBe(current.reveal());
  expect(await before.reveal()).toBe(old.reveal());
});

test('a custom stage is asked for by its name', async () => {
  await using world = await newWorld(localstack());
  const old = newValue();
  const version = await store(world.client, 'app', old);
  await store(world.client, 'app', newValue());
  const label = { SecretId: 'app', VersionStage: 'blue', MoveToVersionId: version };
  await world.client.send(new UpdateSecretVersionStageCommand(label));
  expect(await revealed(world.manager.secret('app', { stage: 'blue' }))).toBe(old.reveal());
});
