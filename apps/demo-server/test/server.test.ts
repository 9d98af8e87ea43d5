import type { CallToolResult } from '@modelcontextprotocol/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canary } from './support/canary.ts';
import { textOf } from './support/serve-tools.ts';
import { type Demo, startDemo } from './support/start-demo.ts';

let env: Record<string, string | undefined>;
let demo: Demo;

beforeEach(async () => {
  env = {};
  demo = await startDemo(env);
});
afterEach(() => demo[Symbol.asyncDispose]());

function search(): Promise<CallToolResult> {
  return demo.client.callTool({ name: 'github_search', arguments: { query: 'mcp' } });
}

/** From here on GitHub wants another key, which is put where the server reads its keys from or not. */
function replaceKey(given: 'to the server' | 'to nobody'): void {
  const old = env['SANDBOX_GITHUB_TOKEN'];
  env['SANDBOX_GITHUB_TOKEN'] = canary().reveal();
  demo.sandbox.standIn('github', 'GITHUB_TOKEN');
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
  expect(demo.lines).toContain(
    'github_search failed: code=unauthenticated status=401 credential=env:SANDBOX_GITHUB_TOKEN',
  );
  const status = await demo.client.callTool({ name: 'credential_status' });
  expect(status.structuredContent).toMatchObject({
    credentials: expect.arrayContaining([expect.objectContaining({ name: 'github', lastError: 'unauthenticated' })]),
  });
  expect(await demo.client.callTool({ name: 'fetch_data', arguments: { query: 'hello' } })).not.toHaveProperty(
    'isError',
  );
});

test('each upstream is asked with its own key only', async () => {
  const keys = ['GITHUB_TOKEN', 'OPENAI_API_KEY', 'MY_SERVICE_API_KEY', 'OPERATIONS_API_KEY'].map(
    (name) => env[`SANDBOX_${name}`],
  );
  expect(new Set(keys).size).toBe(4);
  // Every stand-in refuses any key but its own, so that all answer says that none got another's.
  for (const name of ['fetch_data', 'github_search']) {
    expect(await demo.client.callTool({ name, arguments: { query: 'hello' } })).not.toHaveProperty('isError');
  }
  expect(await demo.client.callTool({ name: 'ai_summarize', arguments: { text: 'One.' } })).not.toHaveProperty(
    'isError',
  );
  expect(await demo.client.callTool({ name: 'secure_operation' })).not.toHaveProperty('isError');
});

test('without AWS the operation works with the key of the sandbox, and says so', async () => {
  const done = await demo.client.callTool({ name: 'secure_operation' });
  expect(textOf(done)).toBe('Done\nThe key came from env://SANDBOX_OPERATIONS_API_KEY');
  expect(done.structuredContent).toEqual({
    result: 'Done',
    key: { adapter: 'env', reference: 'env://SANDBOX_OPERATIONS_API_KEY' },
  });
});

test('only the operation is announced as one that changes something', async () => {
  const { tools } = await demo.client.listTools();
  const changing = tools.filter(({ annotations }) => annotations?.readOnlyHint !== true);
  expect(changing.map(({ name }) => name)).toEqual(['secure_operation']);
});
