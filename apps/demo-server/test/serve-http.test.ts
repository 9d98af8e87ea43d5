import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog, type Log } from '../src/log.ts';
import { mcpServerFactory } from '../src/mcp-server.ts';
import { connectHttp, eras } from '../src/self-check/connect.ts';
import { type Serving, serveHttp } from '../src/serve-http.ts';
import { UserError } from '../src/user-error.ts';

const logged: string[] = [];
const log: Log = createLog({ write: (line) => logged.push(line), debug: false });
const factory = mcpServerFactory({ name: 'test', tools: [], redact: (text) => text, log });

let serving: Serving;
beforeEach(async () => {
  serving = await serveHttp(factory, 0, log);
});
afterEach(() => serving[Symbol.asyncDispose]());

/** By `node:http`, since `fetch` forbids a Host header. */
function post(url: string, headers: Record<string, string>): Promise<number> {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  });
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

test.each(eras)('a client of %s is served', async (era) => {
  const client = await connectHttp(serving.url, era);
  expect(client.getNegotiatedProtocolVersion()).toBe(era);
  await client.close();
});

test('only 127.0.0.1 is bound', async () => {
  const { hostname, port } = new URL(serving.url);
  expect(hostname).toBe('127.0.0.1');
  await expect(fetch(`http://127.0.0.2:${port}/`)).rejects.toThrow();
});

test.each([
  [200, {}],
  [200, { host: 'localhost:1234' }],
  [200, { origin: 'http://localhost:6274' }],
  [403, { host: 'rebinding.example' }],
  [403, { host: '127.0.0.1.example.com' }],
  [403, { origin: 'https://evil.example' }],
  [403, { origin: 'null' }],
])('%i is the answer to the headers %o', async (status, headers) => {
  expect(await post(serving.url, headers)).toBe(status);
});

test('another path names the right one', async () => {
  const response = await fetch(new URL('/', serving.url));
  expect([response.status, await response.text()]).toEqual([404, 'The MCP endpoint is /mcp.\n']);
});

test('a request that is no MCP is refused and told in one line', async () => {
  logged.length = 0;
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const response = await fetch(serving.url, { method: 'POST', headers, body: '[]' });
  expect(response.status).toBe(400);
  expect(logged).toEqual([expect.stringMatching(/^http: [^\n]+$/)]);
});

test('a taken port is told to the person at the terminal', async () => {
  const port = Number(new URL(serving.url).port);
  const second = serveHttp(factory, port, log);
  await expect(second).rejects.toThrow(UserError);
  await expect(second).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken. Stop what uses it, or choose another`);
});
