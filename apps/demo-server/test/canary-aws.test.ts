import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@keyturn/backends';
import type { Secret } from '@keyturn/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectHttp } from '../src/self-check/connect.ts';
import { type AwsAccount, awsAccount, holding } from './support/aws-account.ts';
import { canary, leaksIn as leaksOf } from './support/canary.ts';
import { runMain, urlOf } from './support/run-main.ts';
import { textOf } from './support/serve-tools.ts';

vi.setConfig({ testTimeout: 60_000 });

const localstack = useBackend('localstack');
let account: AwsAccount;
let key: Secret;
let env: Record<string, string>;
let folder: string;

beforeEach(async () => {
  account = awsAccount(localstack());
  key = canary();
  folder = await mkdtemp(join(tmpdir(), 'keyturn-canary-'));
  env = {
    ...account.variables,
    DEBUG: '*',
    NODE_DEBUG: 'http,https,net,tls,fetch,undici',
    HOME: folder,
    TMPDIR: folder,
  };
});
afterEach(() => rm(folder, { recursive: true }));

const leaksIn = (subject: unknown) => leaksOf(subject, [key, ...account.login]);

test.each([
  ['that the service takes', true],
  ['that the service refuses and quotes', false],
])('nothing shows of a key of AWS %s, nor of the login, with every debug switch on', async (_which, isTaken) => {
  await account.create(holding(key));
  const given = isTaken ? { ...env, SANDBOX_OPERATIONS_API_KEY: key.reveal() } : env;
  await using server = runMain(['--port', '0'], { env: given, cwd: folder });
  const client = await connectHttp(await urlOf(server), '2026-07-28');
  const result = await client.callTool({ name: 'secure_operation' });
  const status = await client.callTool({ name: 'credential_status' });
  await client.close();
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);

  expect(textOf(result)).toMatch(isTaken ? /^Done\n/ : /^unauthenticated: /);
  expect([result, status].flatMap(leaksIn)).toEqual([]);
  // The debug switches did print what the SDK logs in with, so what is missing from it was masked.
  expect(server.stderr).toContain("'x-amz-security-token': '[secret]'");
  expect(leaksIn(server.stdout + server.stderr)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test('nothing shows of a secret that is no JSON in the report of it', async () => {
  await account.create(`{ "api_key": ${key.reveal()} }`);
  await using server = runMain(['--port', '0'], { env, cwd: folder });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toMatch(/operations: .*\n.*\(invalid_response\)/);
  expect(leaksIn(server.stdout + server.stderr)).toEqual([]);
});
