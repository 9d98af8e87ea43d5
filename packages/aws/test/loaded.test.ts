import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useBackend } from '@keyturn/backends';
import { type Secret, secret } from '@keyturn/core';
import { findLeaks } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { clientFor, newAccount, newValue } from './account.ts';
import { scriptedAgent } from './scripted-agent.ts';
import { store } from './stored.ts';

const run = promisify(execFile);

/** Runs `code` in a process of its own, with `aws` and `fetched()`; gives its output, all of it. */
async function inProcess(code: string, env: Readonly<Record<string, string>> = {}) {
  const program = `
    import * as aws from '@keyturn/aws';
    import { systemClock } from '@keyturn/core';
    import { createRequire } from 'node:module';
    const fetched = (source) =>
      source.fetch({ signal: new AbortController().signal, clock: systemClock, minValidityMs: 0 });
    ${code}
    const modules = Object.keys(createRequire(import.meta.url).cache);
    console.log(modules.some((path) => path.includes('@aws-sdk')) ? 'SDK loaded' : 'no SDK');`;
  const args = ['--input-type=module', '--eval', program];
  return run(process.execPath, args, { cwd: join(import.meta.dirname, '..'), env, maxBuffer: 100_000_000 });
}

describe('the SDK', () => {
  const localstack = useBackend('localstack');

  test('is not loaded by who imports the package and makes sources, stores and policies', async () => {
    const { stdout, stderr } = await inProcess(`
      const manager = aws.secretsManager({ region: 'eu-west-1' });
      manager.secret('app');
      manager.rotationStore('app');
      aws.leastPrivilegePolicy(manager, { account: '123456789012', region: 'eu-west-1' });
      void aws.awsScheme;`);
    expect({ stdout, stderr }).toEqual({ stdout: 'no SDK\n', stderr: '' });
  });

  test('is loaded by the first fetch', async () => {
    const { endpoint } = localstack();
    const account = newAccount();
    await store(clientFor(account, endpoint), 'app', newValue());
    const env = { AWS_ACCESS_KEY_ID: account.id, AWS_SECRET_ACCESS_KEY: account.secretAccessKey.reveal() };
    const { stdout } = await inProcess(
      `await fetched(aws.secretsManager({ region: 'us-east-1', endpoint: '${endpoint}' }).secret('app'));`,
      env,
    );
    expect(stdout).toBe('SDK loaded\n');
  });

  test('is never loaded where the agent reads', async () => {
    await using agent = await scriptedAgent();
    agent.put('app', newValue());
    const { stdout, stderr } = await inProcess(
      `const { value } = await fetched(aws.secretsManager({ backend: 'agent', endpoint: '${agent.origin}' }).secret('app'));
       if (!value.reveal().startsWith('v-')) throw new Error('not the value');`,
      { AWS_TOKEN: agent.token.reveal() },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'no SDK\n', stderr: '' });
  });
});

describe('with everything talking that can', () => {
  const localstack = useBackend('localstack');
  const TALK = { DEBUG: '*', NODE_DEBUG: 'http,https,net,stream,fetch,undici,module' };

  test('neither the value nor the login is printed, by the SDK', async () => {
    const { endpoint } = localstack();
    const account = newAccount();
    const values = [newValue(), newValue()];
    const client = clientFor(account, endpoint);
    await store(client, 'one', values[0]!);
    await store(client, 'two', values[1]!);
    const output = await printed(
      `const manager = aws.secretsManager({ region: 'us-east-1', endpoint: '${endpoint}' });
       const ids = ['one', 'two', 'missing'];
       console.log(await Promise.allSettled(ids.map((id) => fetched(manager.secret(id)))), manager);
       console.log(await fetched(manager.secret('one', { stage: 'AWSCURRENT' })));`,
      { AWS_ACCESS_KEY_ID: account.id, AWS_SECRET_ACCESS_KEY: account.secretAccessKey.reveal(), ...TALK },
    );
    expect(output).toContain('SDK loaded');
    expect(findLeaks(output, [...values, account.secretAccessKey])).toEqual([]);
  });

  test('neither the value nor the token is printed, by the agent', async () => {
    await using agent = await scriptedAgent();
    const value = newValue();
    agent.put('app', value);
    const output = await printed(
      `const manager = aws.secretsManager({ backend: 'agent', endpoint: '${agent.origin}' });
       const ids = ['app', 'missing'];
       console.log(await Promise.allSettled(ids.map((id) => fetched(manager.secret(id)))), manager);`,
      { AWS_TOKEN: agent.token.reveal(), ...TALK },
    );
    expect(output).toContain('not_found');
    expect(findLeaks(output, [value, agent.token])).toEqual([]);
  });
});

async function printed(code: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout, stderr } = await inProcess(code, env);
  return stdout + stderr;
}

test('a leak would be found in such output', () => {
  const value: Secret = secret('v-something-that-was-printed');
  expect(findLeaks(`body: ${value.reveal()}`, [value])).not.toEqual([]);
});
