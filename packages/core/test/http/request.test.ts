import { randomBytes } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import { findLeaks } from '../../src/conformance/find-leaks.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { type HttpRequest, request, requestJson, STATUS_CODES } from '../../src/http/index.ts';
import { secret } from '../../src/secret.ts';
import { loopbackServer } from './loopback-server.ts';

const source = 'vault:kv/app';
const ask = (options: Partial<HttpRequest> & Pick<HttpRequest, 'url'>) => request({ source, ...options });
const failure = (work: Promise<unknown>): Promise<CredentialError> =>
  work.then(
    () => expect.unreachable('it succeeded'),
    (error) => {
      expect(error).toBeInstanceOf(CredentialError);
      return error;
    },
  );

/** Node's fetch turns a 407 into a broken connection before anybody sees it. */
const answered = Object.entries(STATUS_CODES).filter(([status]) => status !== '407');

describe('request', () => {
  test('sends method, headers and body, and gives status, headers and bytes', async () => {
    await using server = await loopbackServer((incoming, response) => {
      const chunks: Buffer[] = [Buffer.of(0xff, 0)];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.writeHead(201, { 'x-answer': incoming.headers['x-ask'] });
      incoming.on('end', () => response.end(Buffer.concat(chunks)));
    });
    const answer = await ask({
      url: `${server.origin}/v1/x?list=true`,
      method: 'PUT',
      headers: { 'x-ask': 'yes' },
      body: new TextEncoder().encode('höllo'),
    });
    expect(server.heard).toEqual(['PUT /v1/x?list=true']);
    expect([answer.status, answer.headers.get('x-answer')]).toEqual([201, 'yes']);
    expect(Buffer.from(answer.body)).toEqual(Buffer.concat([Buffer.of(0xff, 0), Buffer.from('höllo')]));
  });

  test('an answer without a body has an empty one', async () => {
    await using server = await loopbackServer((_, response) => response.writeHead(204).end());
    expect((await ask({ url: server.origin })).body).toEqual(new Uint8Array());
  });

  test.each([
    ...answered.map(([status, code]) => [Number(status), code] as const),
    [400, 'invalid_response'],
    [418, 'invalid_response'],
    [500, 'unreachable'],
    [503, 'unreachable'],
    [599, 'unreachable'],
  ] as const)('HTTP %i is %s, with a hint and nothing of the body', async (status, code) => {
    const quoted = randomBytes(16).toString('hex');
    await using server = await loopbackServer((_, response) =>
      response.writeHead(status).end(`{"errors":["${quoted}"]}`),
    );
    const error = await failure(ask({ url: `${server.origin}/path?key=${quoted}` }));
    expect(error).toMatchObject({ code, source, message: `GET ${server.origin} answered HTTP ${status}` });
    if (code !== 'conflict') expect(error.hint).toBeTypeOf('string');
    expect(findLeaks(error, [secret(quoted)])).toEqual([]);
  });

  test('HTTP 407 of a proxy is unreachable, whether or not the fetch shows it', async () => {
    await using server = await loopbackServer((_, response) => response.writeHead(407).end());
    expect((await failure(ask({ url: server.origin }))).code).toBe('unreachable');
    const proxied = async () => new Response(null, { status: 407 });
    expect(await failure(ask({ url: 'http://x', fetch: proxied }))).toMatchObject({
      code: 'unreachable',
      message: 'GET http://x answered HTTP 407',
    });
  });

  test('an adapter may accept a status, give it another code or another hint', async () => {
    await using server = await loopbackServer((_, response) => response.writeHead(404).end('soft'));
    expect(Buffer.from((await ask({ url: server.origin, accept: [404] })).body).toString()).toBe('soft');
    const error = await failure(
      ask({ url: server.origin, codes: { 404: 'access_denied' }, hints: { access_denied: 'ask for the policy' } }),
    );
    expect(error).toMatchObject({ code: 'access_denied', hint: 'ask for the policy' });
  });

  test.each([429, 503])('Retry-After of HTTP %i arrives as retryAfterMs', async (status) => {
    await using server = await loopbackServer((_, response) =>
      response.writeHead(status, { 'retry-after': '7' }).end(),
    );
    expect((await failure(ask({ url: server.origin }))).retryAfterMs).toBe(7_000);
  });

  test('uses the fetch it is given, and keeps nothing of what that throws', async () => {
    const token = randomBytes(16).toString('hex');
    const seen: [string, RequestInit | undefined][] = [];
    const answer = await ask({
      url: 'https://vault.invalid/v1',
      fetch: async (url, init) => {
        seen.push([String(url), init]);
        return new Response('from the proxy');
      },
    });
    expect(Buffer.from(answer.body).toString()).toBe('from the proxy');
    expect(seen[0]).toEqual(['https://vault.invalid/v1', expect.objectContaining({ redirect: 'manual' })]);
    const failing = () => Promise.reject(Object.assign(new Error(`Bearer ${token}`), { config: { token } }));
    const error = await failure(ask({ url: 'https://vault.invalid', fetch: failing }));
    expect(error).toMatchObject({
      code: 'unreachable',
      message: 'GET https://vault.invalid failed: the connection broke',
    });
    expect(findLeaks(error, [secret(token)])).toEqual([]);
  });

  test.each([
    ['/relative', 'is no absolute URL'],
    ['ftp://host/', 'is neither https: nor http:'],
    ['https://user:hunter2-hunter2@host/', 'contains a user name or password'],
  ])('the address %s is invalid_reference and is not quoted', async (url, why) => {
    const error = await failure(ask({ url }));
    expect(error).toMatchObject({ code: 'invalid_reference', message: `the address ${why}` });
    expect(JSON.stringify(error) + error.message).not.toContain('hunter2');
  });

  test.each(['\n', '…'])('a header made of a secret with %j is unauthenticated and is not quoted', async (odd) => {
    const token = randomBytes(16).toString('hex');
    const error = await failure(ask({ url: 'http://127.0.0.1:1', headers: { 'x-token': `${token}${odd}x` } }));
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringContaining('header x-token') });
    expect(findLeaks(error, [secret(token)])).toEqual([]);
  });
});

describe('the end of a request', () => {
  test('an abort ends the wait for an answer, as aborted', async () => {
    await using server = await loopbackServer(() => undefined);
    const abort = new AbortController();
    const asked = failure(ask({ url: server.origin, signal: abort.signal }));
    await expect.poll(() => server.heard.length).toBe(1);
    abort.abort();
    expect(await asked).toMatchObject({ code: 'aborted', source });
  });

  test('an abort ends the wait for the rest of a body, and the connection', async () => {
    const gone = Promise.withResolvers<void>();
    await using server = await loopbackServer((_, response) => {
      response.on('close', gone.resolve);
      response.writeHead(200).write('half');
    });
    const abort = new AbortController();
    const asked = failure(ask({ url: server.origin, signal: abort.signal }));
    await expect.poll(() => server.heard.length).toBe(1);
    abort.abort();
    expect((await asked).code).toBe('aborted');
    await gone.promise;
  });

  test('an abort ends the wait even where the given fetch does not heed it', async () => {
    const abort = new AbortController();
    const asked = failure(ask({ url: 'http://x', signal: abort.signal, fetch: () => new Promise(() => undefined) }));
    abort.abort();
    expect((await asked).code).toBe('aborted');
  });

  test('a signal that was aborted before sends nothing', async () => {
    await using server = await loopbackServer((_, response) => response.end());
    const reason = new CredentialError('timed_out', 'too late');
    const error = await failure(ask({ url: server.origin, signal: AbortSignal.abort(reason) }));
    expect(error).toBe(reason);
    expect(server.heard).toEqual([]);
    const heedless = vi.fn(async () => new Response());
    await expect(ask({ url: 'http://x', signal: AbortSignal.abort(reason), fetch: heedless })).rejects.toBe(reason);
    expect(heedless).not.toHaveBeenCalled();
  });

  test('no answer within timeoutMs is timed_out', async () => {
    await using server = await loopbackServer(() => undefined);
    const error = await failure(ask({ url: server.origin, timeoutMs: 30 }));
    expect(error).toMatchObject({ code: 'timed_out', source, message: expect.stringContaining('within 30 ms') });
  });

  test('a refused answer is let go, so that the next request goes through', async () => {
    let answers = 0;
    await using server = await loopbackServer((_, response) => {
      answers += 1;
      response.writeHead(answers === 1 ? 500 : 200).end('x'.repeat(100_000));
    });
    await failure(ask({ url: server.origin }));
    expect((await ask({ url: server.origin })).body).toHaveLength(100_000);
  });

  test('an answered request leaves no listener on a signal that lives on', async () => {
    await using server = await loopbackServer((_, response) => response.end('ok'));
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: unknown[]) => {
      listeners += 1;
      Reflect.apply(addEventListener, signal, args);
    };
    signal.removeEventListener = (...args: unknown[]) => {
      listeners -= 1;
      Reflect.apply(removeEventListener, signal, args);
    };
    await ask({ url: server.origin, signal });
    expect(listeners).toBe(0);
  });
});

describe('requestJson', () => {
  test('asks for JSON and parses it, whatever the content type says', async () => {
    await using server = await loopbackServer((incoming, response) =>
      response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify({ asked: incoming.headers.accept })),
    );
    const { body } = await requestJson({ source, url: server.origin });
    expect(body).toEqual({ asked: 'application/json' });
    const other = await requestJson({ source, url: server.origin, headers: { accept: 'application/vnd.api+json' } });
    expect(other.body).toEqual({ asked: 'application/vnd.api+json' });
  });

  test.each<[string, string, Buffer | string, string]>([
    ['a page of HTML', 'text/html; charset=utf-8', '<p>TOKEN</p>', 'a page of HTML'],
    ['text', 'application/json', 'TOKEN', 'something else'],
    ['JSON that ends early', 'application/json', '{"token":"TOKEN', 'something else'],
    ['nothing', 'application/json', '', 'nothing'],
    ['bytes that are no UTF-8', 'application/json', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'something else'],
  ])('%s is invalid_response and is not quoted', async (_, type, body, found) => {
    const token = randomBytes(16).toString('hex');
    const sent = typeof body === 'string' ? body.replace('TOKEN', token) : body;
    await using server = await loopbackServer((_incoming, response) =>
      response.writeHead(200, { 'content-type': type }).end(sent),
    );
    const error = await failure(requestJson({ source, url: server.origin }));
    expect(error).toMatchObject({ code: 'invalid_response', message: `HTTP 200 brought ${found} instead of JSON` });
    expect(error.cause).toBeUndefined();
    expect(findLeaks(error, [secret(token)])).toEqual([]);
  });
});
