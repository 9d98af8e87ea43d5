import { tmpdir } from 'node:os';
import { useBackend } from '@keyturn/backends';
import type { Secret } from '@keyturn/core';
import { type FaultProxy, faultProxy } from '@keyturn/core/conformance';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eras } from '../src/self-check/connect.ts';
import { type AwsAccount, awsAccount, holding, nothingElse } from './support/aws-account.ts';
import { canary, leaksIn } from './support/canary.ts';
import { type Run, type RunOptions, runMain } from './support/run-main.ts';

// Each test starts processes, some of them several.
vi.setConfig({ testTimeout: 60_000 });

const disposables: AsyncDisposable[] = [];
afterEach(async () => {
  for (const disposable of disposables.splice(0).reverse()) await disposable[Symbol.asyncDispose]();
});

function run(args: readonly string[], env: RunOptions['env']): Run {
  const started = runMain(args, { cwd: tmpdir(), env: { ...nothingElse, ...env } });
  disposables.push(started);
  return started;
}

/** As Claude Code writes a variable. */
const placeholder = (name: string) => ['$', '{', name, '}'].join('');

describe('with an account of AWS', () => {
  const localstack = useBackend('localstack');
  let account: AwsAccount;
  let proxy: FaultProxy;
  let key: Secret;
  let env: Record<string, string>;

  beforeEach(async () => {
    account = awsAccount(localstack());
    proxy = await faultProxy(localstack().endpoint);
    disposables.push(proxy);
    key = canary();
    // The stand-in of the example service takes the key that is stored in AWS.
    const variables = { ...account.variables, AWS_ENDPOINT_URL: proxy.origin };
    env = { ...variables, SANDBOX_OPERATIONS_API_KEY: key.reveal() };
  });

  /** The server must have stopped by itself, with a report and nothing else. */
  async function reportOf(server: Run): Promise<string> {
    expect(await server.ended).toBe(1);
    expect(server.stderr).not.toMatch(/^ +at /m);
    expect(server.stderr).not.toContain('http://127.0.0.1');
    expect(server.stdout).toBe('');
    expect(leaksIn(server.stderr, [key, ...account.login])).toEqual([]);
    return server.stderr;
  }

  test('every tool works over both transports, and the printed configuration brings the variables along', async () => {
    await account.create(holding(key));
    const check = run(['--self-check'], env);
    expect(await check.ended).toBe(0);
    expect(check.stdout).toMatch(/^Self-check: 28 passed, 0 failed$/m);
    // The server of the check asked AWS, and so did at least one for each client over stdio.
    expect(proxy.requests.length).toBeGreaterThanOrEqual(1 + eras.length);
  });

  test('the start tells that the key is from AWS, the configuration names its variables, and SIGTERM ends it', async () => {
    await account.create(holding(key));
    const server = run(['--port', '0'], env);
    await server.untilStderr(/^\}$/m);
    expect(server.stderr).toMatch(/^operations +aws-sm:\/\/my-mcp-server-secrets +fresh +never$/m);
    for (const name of Object.keys(env)) expect(server.stderr).toContain(`"${name}": "${placeholder(name)}"`);
    expect(leaksIn(server.stderr, [key, ...account.login])).toEqual([]);
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('a secret that AWS does not have stops the start, and the report says why AWS was asked', async () => {
    const report = await reportOf(run(['--port', '0'], env));
    expect(report).toMatch(/^Missing required credentials:\n {2}- operations: .*unset AWS_REGION, /);
    expect(report).toContain('aws:my-mcp-server-secrets');
    expect(report).toContain('(not_found)');
  });

  test('a secret without the field stops the start, and the report names the field', async () => {
    await account.create(JSON.stringify({ another: key.reveal() }));
    const report = await reportOf(run(['--port', '0'], env));
    expect(report).toMatch(/operations: .*\n.*api_key.*\(not_found\)/);
  });

  test('a login that AWS denies the secret stops the start (scripted answer)', async () => {
    await account.create(holding(key));
    const body = JSON.stringify({ __type: 'AccessDeniedException', Message: `not for ${key.reveal()}` });
    proxy.inject({ kind: 'reply', status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body });
    const report = await reportOf(run(['--port', '0'], env));
    expect(report).toMatch(/^Credentials that could not be loaded:\n {2}- operations: /);
    expect(report).toContain('AccessDeniedException (access_denied)');
  });

  test('AWS that cannot be reached stops the start', async () => {
    await account.create(holding(key));
    await proxy.refuseConnections();
    const report = await reportOf(run(['--port', '0'], env));
    expect(report).toMatch(/operations: .*\n.*ECONNREFUSED \(unreachable\)/);
  });
});

test('a profile that does not exist stops the start', async () => {
  const server = run(['--port', '0'], { AWS_REGION: 'us-east-1', AWS_PROFILE: 'nobody' });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toMatch(/operations: .*\n.*\(unauthenticated\)/);
});

test('a region that a client left as a placeholder stops the start', async () => {
  const server = run(['--port', '0'], { AWS_REGION: placeholder('AWS_REGION') });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toMatch(/region/);
  expect(server.stderr).not.toMatch(/^ +at /m);
});

test('a region without any login leaves the key to the sandbox', async () => {
  const server = run(['--port', '0'], { AWS_REGION: 'us-east-1' });
  await server.untilStderr(/^\}$/m);
  expect(server.stderr).toMatch(/^operations +env:\/\/SANDBOX_OPERATIONS_API_KEY +fresh +never$/m);
});

test('a live example service without AWS needs its own variable, and the report tells of both ways', async () => {
  const server = run(['--port', '0', '--upstream', 'example=live'], { MY_SERVICE_API_KEY: canary().reveal() });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toMatch(/operations: .*\n.*env:OPERATIONS_API_KEY.*\(not_configured\)\n.*AWS_REGION/);
});
