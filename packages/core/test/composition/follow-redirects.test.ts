import { describe, expect, test } from 'vitest';
import { fetchRequest } from '../../src/composition/fetch-request.ts';
import { followRedirects } from '../../src/composition/follow-redirects.ts';
import { type Arrived, type LoopbackServer, loopbackServer, redirect } from './loopback-server.ts';

const KEY = 'Bearer of-the-test';

/** Sends a request that only the origins of `allowed` may see the key of. */
function send(allowed: readonly LoopbackServer[], input: string | Request, init?: RequestInit) {
  const guarded = { origins: new Set(allowed.map(({ origin }) => origin)), name: 'authorization', value: KEY };
  return followRedirects(fetch, fetchRequest(input, init), guarded);
}
const keys = ({ arrived }: LoopbackServer) => arrived.map(({ headers }) => headers.authorization);
const last = ({ arrived }: LoopbackServer): Arrived | undefined => arrived.at(-1);

/** Redirects `/from` as told; answers all else. */
async function redirecting(status: number, location: string): Promise<LoopbackServer> {
  return loopbackServer((request, response) => {
    if (request.path === '/from') redirect(status, location)(request, response);
    else response.end('there');
  });
}

describe('followRedirects', () => {
  test('keeps the key on a redirect to the same origin', async () => {
    await using server = await redirecting(302, '/to?a=1');
    const { response, authorized } = await send([server], `${server.origin}/from`);
    expect([await response.text(), response.url, authorized]).toEqual(['there', `${server.origin}/to?a=1`, true]);
    expect(keys(server)).toEqual([KEY, KEY]);
  });

  test('gives the key to another allowed origin, and cookies to none', async () => {
    await using target = await loopbackServer();
    await using server = await redirecting(307, `${target.origin}/to`);
    const headers = { cookie: 'session=1', 'proxy-authorization': 'Basic x', 'x-trace': '7' };
    const { authorized } = await send([server, target], `${server.origin}/from`, { headers });
    expect(authorized).toBe(true);
    expect(last(target)?.headers).toMatchObject({
      authorization: KEY,
      'x-trace': '7',
      host: new URL(target.origin).host,
    });
    expect(last(target)?.headers).not.toHaveProperty('cookie');
    expect(last(target)?.headers).not.toHaveProperty('proxy-authorization');
    expect(last(server)?.headers).toMatchObject({ cookie: 'session=1' });
  });

  test.each([301, 302, 303, 307, 308])('a foreign origin never gets the key, by %d', async (status) => {
    await using foreign = await loopbackServer();
    await using server = await redirecting(status, `${foreign.origin}/to`);
    const { response, authorized } = await send([server], `${server.origin}/from`, {
      headers: { cookie: 'session=1' },
    });
    expect([await response.text(), authorized]).toEqual(['ok', false]);
    expect(keys(foreign)).toEqual([undefined]);
    expect(last(foreign)?.headers).not.toHaveProperty('cookie');
  });

  test('a foreign origin gets no key that is carried by another header', async () => {
    await using foreign = await loopbackServer();
    await using server = await redirecting(302, foreign.origin);
    const guarded = { origins: new Set([server.origin]), name: 'X-Api-Key', value: 'of-the-test' };
    const headers = { authorization: 'Bearer of-the-caller', 'x-api-key': 'of-the-caller' };
    await followRedirects(fetch, fetchRequest(`${server.origin}/from`, { headers }), guarded);
    expect(server.arrived[0]?.headers).toMatchObject({
      'x-api-key': 'of-the-test',
      authorization: 'Bearer of-the-caller',
    });
    expect(last(foreign)?.headers).not.toHaveProperty('x-api-key');
    expect(last(foreign)?.headers).not.toHaveProperty('authorization');
  });

  test('the key is not added again on the way back from a foreign origin', async () => {
    await using server = await loopbackServer();
    await using foreign = await loopbackServer(redirect(302, `${server.origin}/to`));
    server.answer = (request, response) => {
      if (request.path === '/from') redirect(302, foreign.origin)(request, response);
      else response.writeHead(401).end('who are you?');
    };
    const { response, authorized } = await send([server], `${server.origin}/from`);
    expect([response.status, authorized]).toEqual([401, false]);
    expect(keys(server)).toEqual([KEY, undefined]);
  });

  test('another scheme is another origin: https does not go on as http', async () => {
    const sent: [url: string, key: string | null][] = [];
    const fake: typeof fetch = async (input, init) => {
      sent.push([String(input), new Headers(init?.headers).get('authorization')]);
      return new Response(
        null,
        sent.length === 1 ? { status: 302, headers: { location: 'http://api.example.com/' } } : {},
      );
    };
    const guarded = { origins: new Set(['https://api.example.com']), name: 'authorization', value: KEY };
    const { authorized } = await followRedirects(fake, fetchRequest('https://api.example.com/', {}), guarded);
    expect(authorized).toBe(false);
    expect(sent).toEqual([
      ['https://api.example.com/', KEY],
      ['http://api.example.com/', null],
    ]);
  });

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [307, 'POST', 'POST', 'a=1'],
    [308, 'POST', 'POST', 'a=1'],
    [301, 'PUT', 'PUT', 'a=1'],
    [302, 'PATCH', 'PATCH', 'a=1'],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [302, 'HEAD', 'HEAD', ''],
    [302, 'post', 'GET', ''],
  ])('%d makes %s a %s', async (status, method, expected, body) => {
    await using server = await redirecting(status, '/to');
    const init =
      method === 'HEAD'
        ? { method }
        : { method, body: 'a=1', headers: { 'content-type': 'text/x', 'content-language': 'en' } };
    await send([server], `${server.origin}/from`, init);
    expect(last(server)).toMatchObject({ path: '/to', method: expected, body });
    expect(last(server)?.headers['content-type']).toBe(body === '' ? undefined : 'text/x');
    expect(last(server)?.headers['content-language']).toBe(body === '' ? undefined : 'en');
  });

  test.each([
    ['URLSearchParams', () => new URLSearchParams('a=1'), 'a=1'],
    ['Blob', () => new Blob(['a=1'], { type: 'text/x' }), 'a=1'],
    ['ArrayBuffer', () => new TextEncoder().encode('a=1').buffer, 'a=1'],
    ['Uint8Array', () => new TextEncoder().encode('a=1'), 'a=1'],
    [
      'FormData',
      () => {
        const form = new FormData();
        form.set('a', '1');
        return form;
      },
      'name="a"',
    ],
  ])('sends %s again, with its own content type', async (_, body, sent) => {
    await using server = await redirecting(307, '/to');
    await send([server], `${server.origin}/from`, { method: 'POST', body: body() });
    expect(last(server)?.body).toContain(sent);
    const [first, second] = server.arrived.map(({ headers }) => headers['content-type']?.replace(/boundary=.*/, ''));
    expect(second).toBe(first);
    const boundary = /boundary=(\S+)/.exec(last(server)?.headers['content-type'] ?? '')?.[1];
    if (boundary !== undefined) expect(last(server)?.body).toContain(boundary);
  });

  test('the body of a Request is sent once', async () => {
    await using server = await loopbackServer();
    await send(
      [server],
      new Request(server.origin, { method: 'POST', body: 'a=1', headers: { 'content-type': 'text/x' } }),
    );
    expect(server.arrived).toMatchObject([{ method: 'POST', body: 'a=1', headers: { 'content-type': 'text/x' } }]);
  });

  test('the body of a redirect is cancelled', async () => {
    const cancelled: unknown[] = [];
    const fake: typeof fetch = async (input) => {
      const body = new ReadableStream({ cancel: (reason) => void cancelled.push(reason) });
      return new Response(body, String(input).endsWith('/to') ? {} : { status: 302, headers: { location: '/to' } });
    };
    const guarded = { origins: new Set<string>(), name: 'authorization', value: KEY };
    const { response } = await followRedirects(fake, fetchRequest('https://api.example.com/', {}), guarded);
    expect([cancelled.length, response.bodyUsed]).toEqual([1, false]);
  });

  test('a stream is not sent again, but a redirect that drops it is followed', async () => {
    await using server = await redirecting(307, '/to');
    const streamed = () => ({ method: 'POST', body: new Blob(['a']).stream(), duplex: 'half' as const });
    await expect(send([server], `${server.origin}/from`, streamed())).rejects.toThrow('cannot be sent again');
    await expect(send([server], new Request(`${server.origin}/from`, streamed()))).rejects.toThrow(TypeError);
    server.answer = (request, response) => {
      if (request.path === '/from') redirect(303, '/on')(request, response);
      else if (request.path === '/on') redirect(307, '/to')(request, response);
      else response.end('there');
    };
    const { response } = await send([server], `${server.origin}/from`, streamed());
    expect([await response.text(), last(server)?.method]).toEqual(['there', 'GET']);
  });

  test('a Request is followed with its method and headers', async () => {
    await using server = await redirecting(307, '/to');
    const request = new Request(`${server.origin}/from`, {
      method: 'DELETE',
      headers: { 'x-trace': '7', authorization: 'Bearer of-the-caller' },
    });
    await send([server], request);
    expect(last(server)).toMatchObject({ method: 'DELETE', headers: { 'x-trace': '7', authorization: KEY } });
  });

  test.each(['', '/loop', '?again'])('a loop by %j ends after 20 redirects', async (location) => {
    await using server = await loopbackServer(redirect(302, location === '' ? '/' : location));
    await expect(send([server], `${server.origin}/`)).rejects.toThrow('more than 20 redirects');
    expect(server.arrived).toHaveLength(21);
  });

  test('redirect: manual gives the redirect itself, redirect: error fails', async () => {
    await using server = await redirecting(302, '/to');
    const { response } = await send([server], `${server.origin}/from`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([302, '/to', 'moved']);
    await expect(send([server], new Request(`${server.origin}/from`, { redirect: 'error' }))).rejects.toThrow(
      TypeError,
    );
    expect(server.arrived).toHaveLength(2);
  });

  test('a redirect status without a location is an answer', async () => {
    await using server = await loopbackServer((_, response) => response.writeHead(302).end('here'));
    const { response } = await send([server], server.origin);
    expect([response.status, await response.text()]).toEqual([302, 'here']);
  });

  test.each(['ftp://example.com/', 'data:text/plain,a', 'http://[', 'file:///etc/passwd'])(
    'a redirect to %s fails',
    async (location) => {
      await using server = await loopbackServer(redirect(302, location));
      await expect(send([server], server.origin)).rejects.toThrow(
        `a redirect from ${server.origin} leads to no HTTP URL`,
      );
    },
  );

  test('the signal ends later hops as well', async () => {
    await using server = await loopbackServer();
    const controller = new AbortController();
    const reason = new Error('enough');
    server.answer = (request, response) => {
      if (request.path === '/from') redirect(302, '/hangs')(request, response);
      else controller.abort(reason);
    };
    await expect(send([server], `${server.origin}/from`, { signal: controller.signal })).rejects.toBe(reason);
  });
});
