import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import { firstConfigured, fixedSource, refreshing } from '@keyturn/core';
import { findLeaks } from '@keyturn/core/conformance';
import { describe, expect, test, vi } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { clientFor, newAccount, newValue } from './account.ts';
import { useEmptyMachine } from './empty-machine.ts';
import { failure, fetched, revealed } from './fetching.ts';
import { store } from './stored.ts';

const localstack = useBackend('localstack');
const machine = useEmptyMachine();
const REGION = 'us-east-1';

const errorHere = (options: Parameters<typeof secretsManager>[0] = {}) =>
  failure(fetched(secretsManager({ endpoint: localstack().endpoint, ...options }).secret('app')));

describe('a machine that was never told is not_configured', () => {
  test('without a region', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', newAccount().id);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', newValue().reveal());
    expect(await errorHere()).toMatchObject({ code: 'not_configured', hint: expect.stringContaining('AWS_REGION') });
    vi.stubEnv('AWS_DEFAULT_REGION', REGION);
    expect(await errorHere()).toMatchObject({
      code: 'not_configured',
      hint: expect.stringContaining('AWS_DEFAULT_REGION'),
    });
  });

  test('without any credentials', async () => {
    const hint = expect.stringContaining('AWS_PROFILE');
    expect(await errorHere({ region: REGION })).toMatchObject({ code: 'not_configured', source: 'aws:app', hint });
    vi.stubEnv('AWS_PROFILE', '');
    expect(await errorHere({ region: REGION })).toMatchObject({ code: 'not_configured' });
  });

  test('with a profile that says nothing of a login', async () => {
    machine.write('config', '[default]\nregion = us-east-1\noutput = json\n[profile other]\nrole_arn = x\n');
    expect(await errorHere()).toMatchObject({ code: 'not_configured' });
  });

  test('so that a chain goes on to the next member', async () => {
    const value = newValue();
    const chain = firstConfigured(secretsManager().secret('app'), fixedSource(value));
    await using provider = refreshing(chain);
    expect(await provider.reveal()).toBe(value.reveal());
  });
});

describe('a login that is broken is never not_configured', () => {
  test('a profile that does not exist', async () => {
    vi.stubEnv('AWS_PROFILE', 'nobody');
    expect(await errorHere({ region: REGION })).toMatchObject({ code: 'unauthenticated' });
    expect(await errorHere()).toMatchObject({
      code: 'unauthenticated',
      message: expect.stringContaining('AWS_PROFILE'),
    });
  });

  test('half a key, in the environment or in a file', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', newAccount().id);
    expect(await errorHere({ region: REGION })).toMatchObject({ code: 'unauthenticated' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    machine.write('credentials', `[default]\naws_access_key_id = ${newAccount().id}\n`);
    expect(await errorHere({ region: REGION })).toMatchObject({ code: 'unauthenticated' });
  });

  test('a program for credentials that fails', async () => {
    machine.write('config', '[profile app]\nregion = us-east-1\ncredential_process = /bin/false\n');
    vi.stubEnv('AWS_PROFILE', 'app');
    expect(await errorHere()).toMatchObject({ code: 'unauthenticated', hint: expect.stringContaining('aws sts') });
  });

  test('a token of the cluster whose file is missing', async () => {
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/app');
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', machine.path('token'));
    expect(await errorHere({ region: REGION })).toMatchObject({ code: 'unauthenticated' });
  });

  test('a single sign-on that nobody has made, or that is over', async () => {
    const sso =
      'sso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n';
    machine.write('config', `[profile app]\nregion = us-east-1\n${sso}`);
    vi.stubEnv('AWS_PROFILE', 'app');
    const hint = expect.stringContaining('aws sso login');
    expect(await errorHere()).toMatchObject({ code: 'reauthorization_required', hint });
  });

  test('a client of the application’s own without credentials', async () => {
    const broken = () => Promise.reject(Object.assign(new Error('none'), { name: 'CredentialsProviderError' }));
    const client = new SecretsManagerClient({ region: REGION, credentials: broken });
    expect(await errorHere({ client })).toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a login that passes by', () => {
  test('where nobody answers is unreachable', async () => {
    const refuse = () => Promise.reject(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }));
    const client = new SecretsManagerClient({ region: REGION, credentials: refuse });
    const error = await errorHere({ client });
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('search for AWS credentials'),
    });
  });

  test('that never ends is given up after timeoutMs, and with the caller', async () => {
    const client = new SecretsManagerClient({ region: REGION, credentials: () => new Promise(() => {}) });
    expect(await errorHere({ client, timeoutMs: 100 })).toMatchObject({ code: 'timed_out' });
    const abort = new AbortController();
    const fetching = failure(fetched(secretsManager({ client }).secret('app'), { signal: abort.signal }));
    abort.abort();
    expect(await fetching).toMatchObject({ code: 'aborted' });
  });

  test('is not remembered', async () => {
    const account = newAccount();
    const value = newValue();
    await store(clientFor(account, localstack().endpoint), 'app', value);
    const manager = secretsManager({ region: REGION, endpoint: localstack().endpoint });
    const source = manager.secret('app');
    expect(await failure(fetched(source))).toMatchObject({ code: 'not_configured' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', account.id);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', account.secretAccessKey.reveal());
    expect(await revealed(source)).toBe(value.reveal());
  });
});

test('region and credentials of the environment are found by the SDK', async () => {
  const account = newAccount();
  const value = newValue();
  // The SDK reads a file once, and a client of the test would be enough for that.
  const [id, key] = [account.id, account.secretAccessKey.reveal()];
  machine.write('credentials', `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${key}\n`);
  await store(clientFor(account, localstack().endpoint, 'eu-west-3'), 'app', value);
  vi.stubEnv('AWS_REGION', 'eu-west-3');
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', localstack().endpoint);
  const manager = secretsManager();
  const credential = await fetched(manager.secret('app'));
  expect(credential.value.reveal()).toBe(value.reveal());
  expect(findLeaks([manager, credential], [value, account.secretAccessKey])).toEqual([]);
});
