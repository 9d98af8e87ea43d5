import { randomBytes } from 'node:crypto';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { type CredentialProvider, fixedSource, refreshing, secret } from '@keyturn/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SecureFetchOptions, secureFetch } from '../../src/tools/secure-fetch.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { type ServedTools, serveTools, textOf } from '../support/serve-tools.ts';

const loopback: LookupAddress = { address: '127.0.0.1', family: 4 };

let value: string;
let key: CredentialProvider;
let served: ServedTools;
const disposables: AsyncDisposable[] = [];

beforeEach(() => {
  value = randomBytes(24).toString('hex');
  key = refreshing(fixedSource(secret(value)));
  disposables.push(key);
});
afterEach(async () => {
  for (const disposable of disposables.splice(0).reverse()) await disposable[Symbol.asyncDispose]();
});

async function server(listener: Parameters<typeof localServer>[0]): Promise<LocalServer> {
  const started = await localServer(listener);
  disposables.push(started);
  return started;
}

async function serve(allowed: readonly string[], options: Omit<SecureFetchOptions, 'allowedOrigins'> = {}) {
  served = await serveTools([secureFetch(key, { allowedOrigins: new Set(allowed), ...options })]);
  disposables.push(served);
}

async function refusal(url: string): Promise<string> {
  const result = await served.call('secure_fetch', { url });
  expect(result.isError).toBe(true);
  return textOf(result);
}

/** Answers each question with the next of `answers`, and counts. */
function resolver(...answers: LookupAddress[][]) {
  const asked: string[] = [];
  const resolve = (hostname: string) => {
    asked.push(hostname);
    return Promise.resolve(answers[asked.length - 1] ?? []);
  };
  return { asked, resolve };
}

describe('the key', () => {
  test('goes to an allowed origin', async () => {
    const api = await server((_request, response) => response.setHeader('content-type', 'text/plain').end('hello'));
    await serve([api.origin]);
    const result = await served.call('secure_fetch', { url: `${api.origin}/data?q=1` });
    expect(result.structuredContent).toEqual({ status: 200, keySent: true, contentType: 'text/plain', body: 'hello' });
    expect(api.requests.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/data?q=1', `Bearer ${value}`],
    ]);
  });

  test('goes to no other public origin', async () => {
    const other = await server((_request, response) => response.end());
    const { resolve } = resolver([loopback]);
    await serve(['https://api.example.com'], { resolve, isPublic: () => true });
    const result = await served.call('secure_fetch', { url: `http://other.example:${other.port}/` });
    expect(result.structuredContent).toMatchObject({ status: 200, keySent: false });
    expect(textOf(result)).toContain('without the API key');
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['another port', () => 'http://127.0.0.1:1'],
    ['another scheme', (port: number) => `https://127.0.0.1:${port}`],
    ['another name for the same host', (port: number) => `http://localhost:${port}`],
    ['a name that begins alike', (port: number) => `http://127.0.0.1.example.com:${port}`],
  ])('does not go to %s of an allowed origin', async (_what, origin) => {
    const api = await server((_request, response) => response.end());
    await serve([origin(api.port)]);
    expect(await refusal(`${api.origin}/`)).toMatch(/^refused: /);
    expect(api.requests).toHaveLength(0);
  });

  test('follows no redirect, neither to another origin nor to the same', async () => {
    const thief = await server((_request, response) => response.end());
    const api = await server((request, response) => {
      const location = request.url === '/away' ? `${thief.origin}/` : '/home';
      response.writeHead(302, { location }).end();
    });
    await serve([api.origin]);
    const away = await served.call('secure_fetch', { url: `${api.origin}/away` });
    expect(away.structuredContent).toMatchObject({ status: 302, location: `${thief.origin}/` });
    await served.call('secure_fetch', { url: `${api.origin}/again` });
    expect(thief.requests).toHaveLength(0);
    expect(api.requests.map(({ url }) => url)).toEqual(['/away', '/again']);
  });

  test('is never quoted from the answer of a server that refuses it', async () => {
    const api = await server((request, response) => response.writeHead(401).end(request.headers.authorization));
    await serve([api.origin]);
    expect(await refusal(`${api.origin}/`)).toBe(`unauthenticated: 127.0.0.1:${api.port} answered 401`);
    expect(served.logged).toContainEqual(
      expect.stringMatching(/^secure_fetch failed: code=unauthenticated status=401 credential=/),
    );
    expect(served.logged.join('\n')).not.toContain(value);
  });
});

describe('an address', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://①②⑦.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://localhost/',
  ])('that is private is refused: %s', async (url) => {
    await serve([]);
    expect(await refusal(url)).toMatch(/^refused: .*not on the public internet/);
  });

  test.each([
    'http://user@api.example.com/',
    'http://:password@api.example.com/',
    'http://api.example.com@127.0.0.1/',
    'ftp://api.example.com/',
    'file:///etc/passwd',
    'data:text/plain,hello',
    'javascript:1',
    '//api.example.com/',
    'api.example.com',
  ])('that is no plain web address is refused: %s', async (url) => {
    await serve(['http://127.0.0.1', 'http://api.example.com']);
    expect(await refusal(url)).toMatch(/^refused: /);
  });

  test('is refused where any answer for its name is private', async () => {
    const { resolve } = resolver([{ address: '8.8.8.8', family: 4 }, loopback]);
    await serve([], { resolve });
    expect(await refusal('http://mixed.example/')).toMatch(/^refused: /);
  });

  test('is checked once and then kept, so a name that changes its answer leads nowhere else', async () => {
    const checked = await server((_request, response) => response.end());
    const { asked, resolve } = resolver([loopback], [{ address: '127.0.0.2', family: 4 }]);
    await serve([], { resolve, isPublic: (address) => address === '127.0.0.1' });
    const result = await served.call('secure_fetch', { url: `http://rebinding.example:${checked.port}/` });
    expect(result.structuredContent).toMatchObject({ status: 200, keySent: false });
    expect(checked.requests[0]?.headers.host).toBe(`rebinding.example:${checked.port}`);
    expect(asked).toEqual(['rebinding.example']);
  });

  test('that does not answer is followed by the next that was checked', async () => {
    const checked = await server((_request, response) => response.end());
    const { resolve } = resolver([{ address: '::1', family: 6 }, loopback]);
    await serve([], { resolve, isPublic: () => true });
    const result = await served.call('secure_fetch', { url: `http://both.example:${checked.port}/` });
    expect(result.structuredContent).toMatchObject({ status: 200 });
  });

  test('is needed: a name without one is unreachable', async () => {
    await serve([], { resolve: resolver([]).resolve });
    expect(await refusal('http://nowhere.example/')).toBe('unreachable: nowhere.example has no address');
  });

  test('is kept for TLS too, with the name of the URL', async () => {
    const names: string[] = [];
    const tls = createTlsServer({ SNICallback: (name, done) => done(null, void names.push(name) as undefined) });
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    disposables.push({ [Symbol.asyncDispose]: () => new Promise<void>((done) => void tls.close(() => done())) });
    const { resolve } = resolver([loopback]);
    await serve([], { resolve, isPublic: () => true });
    const { port } = tls.address() as AddressInfo;
    expect(await refusal(`https://named.example:${port}/`)).toMatch(/^unreachable: /);
    expect(names).toEqual(['named.example']);
  });
});

describe('an answer', () => {
  test('larger than the limit is refused and its connection closed', async () => {
    const closed = Promise.withResolvers<void>();
    const api = await server((_request, response) => {
      response.once('close', closed.resolve).writeHead(200, { 'content-type': 'text/plain' });
      const pour = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', pour);
      pour();
    });
    await serve([api.origin], { maxBytes: 100_000 });
    expect(await refusal(`${api.origin}/`)).toBe('too_large: the answer is larger than 100000 bytes');
    await closed.promise;
  });

  test('that drips for longer than the deadline is given up', async () => {
    const closed = Promise.withResolvers<void>();
    const api = await server((_request, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.once('close', () => {
        clearInterval(drip);
        closed.resolve();
      });
    });
    await serve([api.origin], { timeoutMs: 200 });
    expect(await refusal(`${api.origin}/`)).toMatch(/^timed_out: /);
    await closed.promise;
  });

  test('of a resolver that never comes is given up', async () => {
    await serve([], { timeoutMs: 50, resolve: () => new Promise(() => undefined) });
    expect(await refusal('http://silent.example/')).toMatch(/^timed_out: /);
  });

  test('that is not text is not shown', async () => {
    const api = await server((_request, response) =>
      response.setHeader('content-type', 'image/png').end(Buffer.from([0, 1, 2])),
    );
    await serve([api.origin]);
    const result = await served.call('secure_fetch', { url: api.origin });
    expect(result.structuredContent).toMatchObject({ contentType: 'image/png', body: '' });
    expect(textOf(result)).toContain('(3 bytes that are not text)');
  });

  test('with an error status is told by code and status', async () => {
    const api = await server((_request, response) => response.writeHead(503).end('a long story'));
    await serve([api.origin]);
    expect(await refusal(api.origin)).toBe(`unreachable: 127.0.0.1:${api.port} answered 503`);
  });
});
