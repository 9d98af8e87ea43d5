import { randomBytes } from 'node:crypto';
import { useBackend } from '@keyturn/backends';
import { type Secret, secret } from '@keyturn/core';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type AwsAccount, awsAccount, holding } from './support/aws-account.ts';
import { leaksIn } from './support/canary.ts';
import { textOf } from './support/serve-tools.ts';
import { type Demo, startDemo } from './support/start-demo.ts';

const CALLERS = 10;
const ROTATIONS = 3;

const localstack = useBackend('localstack');
let account: AwsAccount;
let key: Secret;
let version: string;
let demo: Demo;
const disposables: AsyncDisposable[] = [];

beforeEach(async () => {
  account = awsAccount(localstack());
  key = newKey();
  version = await account.create(holding(key));
  // The SDK knows no other environment than that of the process.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(account.variables)) vi.stubEnv(name, value);
  demo = await startDemo({ ...account.variables });
  disposables.push(demo);
});
afterEach(async () => {
  for (const disposable of disposables.splice(0)) await disposable[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});

function newKey(): Secret {
  return secret(`operations-${randomBytes(24).toString('base64url')}`);
}

/** What the example service takes for its operations from now on. */
function accept(...keys: readonly Secret[]): void {
  const texts = keys.map((each) => each.reveal());
  demo.sandbox.accept('example', texts, '/operations');
}

function operate(): Promise<CallToolResult> {
  return demo.client.callTool({ name: 'secure_operation' });
}

function status(): Promise<CallToolResult> {
  return demo.client.callTool({ name: 'credential_status' });
}

const origin = { adapter: 'aws', reference: 'aws-sm://my-mcp-server-secrets' };

test('the key comes from Secrets Manager where AWS is set up; tool and status tell so, and not the key', async () => {
  accept(key);
  const done = await operate();
  expect(textOf(done)).toBe('Done\nThe key came from aws-sm://my-mcp-server-secrets');
  expect(done.structuredContent).toEqual({ result: 'Done', key: origin });
  const told = await status();
  expect(told.structuredContent).toMatchObject({
    credentials: expect.arrayContaining([
      expect.objectContaining({ name: 'operations', origin, version, state: 'fresh' }),
    ]),
  });
  expect(textOf(told)).toMatch(/^operations +aws-sm:\/\/my-mcp-server-secrets +fresh +never$/m);
  for (const subject of [done, told, demo.lines]) expect(leaksIn(subject, [key, ...account.login])).toEqual([]);
});

test('the key of the sandbox is of no use where AWS is set up', async () => {
  const refused = await operate();
  expect([refused.isError, textOf(refused)]).toEqual([true, 'unauthenticated: example answered 401']);
});

test('rotations under load fail no call', async () => {
  accept(key);
  const results: CallToolResult[] = [];
  let isOver = false;
  const callers = Array.from({ length: CALLERS }, async () => {
    while (!isOver) results.push(await operate());
  });
  const moreCalls = (count: number) => {
    const enough = results.length + count;
    return vi.waitUntil(() => results.length >= enough, { timeout: 20_000, interval: 5 });
  };

  await moreCalls(CALLERS);
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    const next = newKey();
    accept(key, next);
    version = await account.replace(holding(next));
    await moreCalls(CALLERS);
    accept(next);
    await moreCalls(2 * CALLERS);
    key = next;
  }
  isOver = true;
  await Promise.all(callers);

  expect(results.filter(({ isError }) => isError)).toEqual([]);
  expect((await status()).structuredContent).toMatchObject({
    credentials: expect.arrayContaining([expect.objectContaining({ name: 'operations', version })]),
  });
  expect(demo.lines.filter((line) => line.endsWith('rejected'))).toHaveLength(ROTATIONS);
});

test('a key that stops working before its successor is stored is waited for', async () => {
  accept(key);
  expect(await operate()).not.toHaveProperty('isError');
  const next = newKey();
  accept(next);
  const waiting = operate();
  await vi.waitUntil(() => demo.lines.some((line) => line.endsWith('rejected')));
  await account.replace(holding(next));
  expect(await waiting).not.toHaveProperty('isError');
});
