import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type FaultProxy, faultProxy } from '../../src/conformance/fault-proxy.ts';

let backend: Server;
let heard: string[];
let proxy: FaultProxy;

beforeAll(async () => {
  backend = createServer(async (request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.host}`);
    response.setHeader('x-seen', request.headers['x-sent'] ?? '');
    response.writeHead(201, { 'content-type': 'text/plain' }).end(`you said: ${await text(request)}`);
  });
  await once(backend.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  backend.closeAllConnections();
  backend.close();
});
beforeEach(async () => {
  heard = [];
  proxy = await faultProxy(`http://127.0.0.1:${(backend.address() as AddressInfo).port}`);
});
afterEach(() => proxy[Symbol.asyncDispose]());

async function text(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString();
}

const send = (path = '/') =>
  fetch(`${proxy.origin}${path}`, { method: 'POST', body: 'hello', headers: { 'x-sent': 'yes' } });

/** The system's code for how the connection ended. */
const failure = (sent: Promise<Response>) =>
  sent
    .then((response) => response.text())
    .then(
      () => 'an answer',
      (error: Error & { cause?: { code?: string } }) => error.cause?.code,
    );

describe('faultProxy', () => {
  test('forwards untouched, with the Host the client used, and records', async () => {
    const response = await send('/a%20b?c=1');
    expect(response.status).toBe(201);
    expect(response.headers.get('x-seen')).toBe('yes');
    expect(await response.text()).toBe('you said: hello');
    expect(heard).toEqual([`POST /a%20b?c=1 ${new URL(proxy.origin).host}`]);
    const [recorded] = proxy.requests;
    expect(recorded).toMatchObject({ method: 'POST', path: '/a%20b?c=1', status: 201 });
    expect(Buffer.from(recorded!.body).toString()).toBe('hello');
    expect(recorded).not.toHaveProperty('fault');
  });

  test('answers in place of the backend, as often as it was told', async () => {
    proxy.inject({ kind: 'reply', status: 429, headers: { 'retry-after': '3' }, body: 'slow down' }, { times: 2 });
    for (const _ of [1, 2]) {
      const response = await send();
      expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
      expect(await response.text()).toBe('slow down');
    }
    expect((await send()).status).toBe(201);
    expect(heard).toHaveLength(1);
    expect(proxy.requests.map(({ fault }) => fault)).toEqual(['reply', 'reply', undefined]);
  });

  test('lets only matching requests meet a fault, and the newest of two', async () => {
    proxy.inject({ kind: 'reply', status: 500 });
    const lift = proxy.inject({ kind: 'reply', status: 404 }, { match: ({ path }) => path === '/x' });
    expect([(await send('/x')).status, (await send('/y')).status]).toEqual([404, 500]);
    lift();
    expect((await send('/x')).status).toBe(500);
  });

  test('hangs until the client gives up', async () => {
    proxy.inject({ kind: 'hang' });
    const abort = new AbortController();
    const sent = fetch(proxy.origin, { signal: abort.signal });
    await proxy.received(1);
    abort.abort();
    await expect(sent).rejects.toThrow('aborted');
    expect(heard).toEqual([]);
  });

  test('resets the connection without asking the backend', async () => {
    proxy.inject({ kind: 'reset' });
    expect(await failure(send())).toBe('ECONNRESET');
    expect(heard).toEqual([]);
  });

  test('cuts the answer of the backend, or one of its own, in half', async () => {
    const lift = proxy.inject({ kind: 'truncate' });
    const response = await send();
    expect(response.status).toBe(201);
    expect(response.headers.get('content-length')).toBe(String('you said: hello'.length));
    expect(await failure(Promise.resolve(response))).toBe('UND_ERR_SOCKET');
    lift();
    proxy.inject({ kind: 'truncate', body: 'long enough' });
    expect(await failure(send())).toBe('UND_ERR_SOCKET');
    expect(heard).toHaveLength(1);
  });

  test('drops the answer after the backend has given it in full', async () => {
    proxy.inject({ kind: 'drop' });
    expect(await failure(send())).toBe('ECONNRESET');
    expect(heard).toHaveLength(1);
    expect(proxy.requests[0]).toMatchObject({ fault: 'drop', status: 201 });
  });

  test('delays before it forwards', async () => {
    proxy.inject({ kind: 'delay', ms: 50 });
    const start = performance.now();
    expect((await send()).status).toBe(201);
    // A timer may fire up to a millisecond early by another clock.
    expect(performance.now() - start).toBeGreaterThanOrEqual(49);
  });

  test('refuses connections, and takes them again on the same port', async () => {
    await (await send()).text();
    const listenAgain = await proxy.refuseConnections();
    expect(await failure(send())).toBe('ECONNREFUSED');
    await listenAgain();
    expect((await send()).status).toBe(201);
  });

  test('shows a backend that is down as a broken connection', async () => {
    await using lonely = await faultProxy('http://127.0.0.1:1');
    expect(await failure(fetch(lonely.origin))).toBe('ECONNRESET');
  });

  test('disposal ends what hangs', async () => {
    const other = await faultProxy(proxy.origin);
    other.inject({ kind: 'hang' });
    const sent = failure(fetch(other.origin));
    await other.received(1);
    await other[Symbol.asyncDispose]();
    expect(await sent).toBe('UND_ERR_SOCKET');
  });

  test('speaks plain HTTP only', async () => {
    await expect(faultProxy('https://127.0.0.1:1')).rejects.toThrow('http: only, not https:');
  });
});
