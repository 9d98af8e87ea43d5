import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCredentials, refreshing, required, type Secret } from '@keyturn/core';
import { envSource } from '@keyturn/env';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectHttp, eras } from '../src/self-check/connect.ts';
import { canary, leaksIn as leaksOf } from './support/canary.ts';
import { type LocalServer, localServer } from './support/local-server.ts';
import { mainFile, runMain, urlOf } from './support/run-main.ts';

vi.setConfig({ testTimeout: 60_000 });

const variables = [
  'SANDBOX_GITHUB_TOKEN',
  'SANDBOX_OPENAI_API_KEY',
  'SANDBOX_MY_SERVICE_API_KEY',
  'SANDBOX_OPERATIONS_API_KEY',
  'SLACK_BOT_TOKEN',
  'GITHUB_TOKEN',
];

let canaries: Record<string, Secret>;
let env: Record<string, string>;
let folder: string;
let mirror: LocalServer;

beforeEach(async () => {
  canaries = Object.fromEntries(variables.map((variable) => [variable, canary()]));
  folder = await mkdtemp(join(tmpdir(), 'keyturn-canary-'));
  env = {
    ...Object.fromEntries(Object.entries(canaries).map(([variable, value]) => [variable, value.reveal()])),
    DEBUG: '*',
    NODE_DEBUG: 'http,https,net,tls,fetch,undici',
    HOME: folder,
    TMPDIR: folder,
  };
  mirror = await localServer(({ url, headers }, response) => {
    const sent = headers.authorization ?? '';
    if (url === '/redirect') response.writeHead(302, { location: `/?key=${encodeURIComponent(sent)}` }).end();
    else if (url === '/refuse') response.writeHead(401, { 'www-authenticate': JSON.stringify(sent) }).end(sent);
    else response.setHeader('content-type', 'application/json').end(reflections(sent));
  });
});
afterEach(async () => {
  await mirror[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What careless services do to a key. */
function reflections(sent: string): string {
  const key = sent.replace('Bearer ', '');
  const encoded = [sent, `user:${key}`, `u:${key}`, `:${key}`].map((text) => Buffer.from(text).toString('base64'));
  return JSON.stringify({ sent, encoded, url: encodeURIComponent(sent), json: JSON.stringify(key), [key]: true });
}

const leaksIn = (subject: unknown) => leaksOf(subject, Object.values(canaries));

/** The main job, good and bad. */
async function useEverything(client: Client): Promise<unknown[]> {
  const call = (name: string, args: Record<string, string>) => client.callTool({ name, arguments: args });
  const environment = await call('get_environment', {});
  const { apiBaseUrl } = environment.structuredContent as { apiBaseUrl: string };
  const results: unknown[] = [
    environment,
    await call('fetch_data', { query: 'hello' }),
    await call('github_search', { query: 'mcp' }),
    await call('ai_summarize', { text: 'One. Two.' }),
    await call('secure_operation', {}),
    await call('credential_status', {}),
    await call('secure_fetch', { url: `${apiBaseUrl}/headers` }),
  ];
  for (const path of ['/', '/redirect']) results.push(await call('secure_fetch', { url: `${mirror.origin}${path}` }));
  for (const result of results) expect(result).not.toHaveProperty('isError', true);
  results.push(await call('secure_fetch', { url: 'http://127.0.0.1:1/' }));
  results.push(await call('fetch_data', { query: 'a\nb' }));
  results.push(await client.callTool({ name: 'no_such_tool' }).catch((error: unknown) => error));
  return results;
}

async function filesWritten(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')));
}

test('the marks would be found if they were printed', () => {
  const [first] = Object.values(canaries);
  expect(leaksIn(reflections(`Bearer ${first!.reveal()}`))).not.toEqual([]);
});

test.each(eras)(
  'nothing of the marked secrets shows over HTTP with a client of %s and every debug switch on',
  async (era) => {
    await using server = runMain(['--port', '0', '--allow-origin', mirror.origin], { env, cwd: folder });
    const client = await connectHttp(await urlOf(server), era);
    const refuse = { name: 'secure_fetch', arguments: { url: `${mirror.origin}/refuse` } };
    const results = [await client.callTool(refuse), ...(await useEverything(client))];
    await client.close();
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);

    expect(mirror.requests.map(({ headers }) => headers.authorization)).toContain(
      `Bearer ${canaries['SANDBOX_MY_SERVICE_API_KEY']!.reveal()}`,
    );
    for (const result of results) expect(leaksIn(result)).toEqual([]);
    // The debug switches did print the header, so what is missing from it was masked.
    expect(server.stderr).toMatch(/authorization:? *'?,? *'?Bearer/i);
    expect(server.stderr).toContain('code=unauthenticated status=401 credential=env:SANDBOX_MY_SERVICE_API_KEY');
    expect(leaksIn(server.stderr)).toEqual([]);
    expect(leaksIn(server.stdout)).toEqual([]);
    expect((await filesWritten()).flatMap(leaksIn)).toEqual([]);
  },
);

test('nothing of the marked secrets shows over stdio with every debug switch on', async () => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [mainFile, '--stdio', '--allow-origin', mirror.origin],
    env: { ...env, PATH: '' },
    cwd: folder,
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  const garbage: unknown[] = [];
  client.onerror = (error) => garbage.push(error);
  await client.connect(transport);
  const results = await useEverything(client);
  await client.close();

  expect(garbage).toEqual([]);
  for (const result of results) expect(leaksIn(result)).toEqual([]);
  expect(stderr).toMatch(/authorization:? *'?,? *'?Bearer/i);
  expect(leaksIn(stderr)).toEqual([]);
  expect((await filesWritten()).flatMap(leaksIn)).toEqual([]);
});

test('nothing of the marked secrets shows in a self-check', async () => {
  await using check = runMain(['--self-check'], { env, cwd: folder });
  expect(await check.ended).toBe(0);
  expect(leaksIn(check.stdout + check.stderr)).toEqual([]);
});

test('nothing of the marked secrets shows in the report of missing credentials', async () => {
  const given = { ...env, GITHUB_TOKEN_FILE: join(folder, 'missing') };
  await using server = runMain(['--upstream', 'github=live', '--upstream', 'openai=live'], { env: given, cwd: folder });
  expect(await server.ended).toBe(1);
  expect(server.stderr).toContain('GITHUB_TOKEN_FILE');
  expect(leaksIn(server.stdout + server.stderr)).toEqual([]);
});

test('nothing of the marked secrets shows in providers, events and errors, inspected at any depth', async () => {
  const events: unknown[] = [];
  const source = envSource('SANDBOX_GITHUB_TOKEN', { env });
  const shared = refreshing(source, { onEvent: (event) => events.push(event), overlapMs: 0 });
  await using credentials = await loadCredentials({
    github: required(shared, 'GitHub personal access token'),
    openai: required(envSource('SANDBOX_OPENAI_API_KEY', { env }), 'OpenAI API key'),
  });
  const rejected = await credentials.github.get();
  const refusal: unknown = await credentials.github.get({ rejected }).catch((error: unknown) => error);
  const { SANDBOX_OPENAI_API_KEY: _, ...without } = env;
  const missing: unknown = await loadCredentials({
    openai: required(envSource('SANDBOX_OPENAI_API_KEY', { env: without }), 'OpenAI API key'),
  }).catch((error: unknown) => error);
  expect([refusal, missing]).toEqual([expect.any(Error), expect.any(AggregateError)]);
  expect(events.length).toBeGreaterThan(0);
  for (const subject of [credentials, rejected, refusal, missing, events, credentials.github.status()]) {
    expect(leaksIn(subject)).toEqual([]);
  }
  await shared[Symbol.asyncDispose]();
});
