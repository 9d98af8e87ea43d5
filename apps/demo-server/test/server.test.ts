import type { CallToolResult, Client } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseArguments } from '../src/arguments.ts';
import { type Sandbox, startSandbox } from '../src/sandbox/start-sandbox.ts';
import { connectHttp } from '../src/self-check/connect.ts';
import { serveHttp } from '../src/serve-http.ts';
import { composeServer } from '../src/server.ts';
import { canary } from './support/canary.ts';
import { textOf } from './support/serve-tools.ts';

let env: Record<string, string | undefined>;
let sandbox: Sandbox;
let client: Client;
let lines: string[];
const disposables: AsyncDisposable[] = [];

beforeEach(async () => {
  env = {};
  lines = [];
  sandbox = await startSandbox(env);
  const server = await composeServer(parseArguments([]), { env, sandbox, write: (line) => lines.push(line) });
  const http = await serveHttp(server.createMcpServer, 0, server.log);
  client = await connectHttp(http.url, '2026-07-28');
  disposables.push(sandbox, server, http);
});
afterEach(async () => {
  await client.close();
  for (const disposable of disposables.splice(0).reverse()) await disposable[Symbol.asyncDispose]();
});

function search(): Promise<CallToolResult> {
  return client.callTool({ name: 'github_search', arguments: { query: 'mcp' } });
}

/** From here on GitHub wants another key, which is put where the server reads its keys from or not. */
function replaceKey(given: 'to the server' | 'to nobody'): void {
  const old = env['SANDBOX_GITHUB_TOKEN'];
  env['SANDBOX_GITHUB_TOKEN'] = canary().reveal();
  sandbox.standIn('github', 'GITHUB_TOKEN');
  if (given === 'to nobody') env['SANDBOX_GITHUB_TOKEN'] = old;
}

test('a key that is replaced fails no call', async () => {
  expect(await search()).not.toHaveProperty('isError');
  replaceKey('to the server');
  expect(await search()).not.toHaveProperty('isError');
});

test('a key that is refused later is told at once, to the client and on the log, and costs no other tool', async () => {
  expect(await search()).not.toHaveProperty('isError');
  replaceKey('to nobody');
  const refused = await search();
  expect([refused.isError, textOf(refused)]).toEqual([true, 'unauthenticated: github answered 401']);
  expect(lines).toContain('github_search failed: code=unauthenticated status=401 credential=env:SANDBOX_GITHUB_TOKEN');
  const status = await client.callTool({ name: 'credential_status' });
  expect(status.structuredContent).toMatchObject({
    credentials: expect.arrayContaining([expect.objectContaining({ name: 'github', lastError: 'unauthenticated' })]),
  });
  expect(await client.callTool({ name: 'fetch_data', arguments: { query: 'hello' } })).not.toHaveProperty('isError');
});

test('each upstream is asked with its own key only', async () => {
  const keys = ['GITHUB_TOKEN', 'OPENAI_API_KEY', 'MY_SERVICE_API_KEY', 'OPERATIONS_API_KEY'].map(
    (name) => env[`SANDBOX_${name}`],
  );
  expect(new Set(keys).size).toBe(4);
  // Every stand-in refuses any key but its own, so that all answer says that none got another's.
  for (const name of ['fetch_data', 'github_search']) {
    expect(await client.callTool({ name, arguments: { query: 'hello' } })).not.toHaveProperty('isError');
  }
  expect(await client.callTool({ name: 'ai_summarize', arguments: { text: 'One.' } })).not.toHaveProperty('isError');
  expect(await client.callTool({ name: 'secure_operation' })).not.toHaveProperty('isError');
});
