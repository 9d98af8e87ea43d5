import { describe, expect, test } from 'vitest';
import { type AuthorizedFetchOptions, authorizedFetch } from '../../src/composition/authorized-fetch.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { bearers, type LoopbackServer, loopbackServer, redirect } from './loopback-server.ts';
import { failing, mintingSource, rejection, scriptedSource, storedSource, textCredential } from './scripted-source.ts';

function fetchFor(
  server: LoopbackServer,
  provider: CredentialProvider,
  more: Partial<AuthorizedFetchOptions> = {},
): typeof fetch {
  return authorizedFetch(provider, { allowedOrigins: [server.origin], ...more });
}
const headerOf = ({ arrived }: LoopbackServer) => arrived.map(({ headers }) => headers.authorization);
const streamed = () => ({ method: 'POST', body: new Blob(['a=1']).stream(), duplex: 'half' as const });

describe('authorizedFetch, refused', () => {
  test.each([
    ['text', () => 'a=1'],
    ['URLSearchParams', () => new URLSearchParams('a=1')],
    ['Blob', () => new Blob(['a=1'])],
    ['ArrayBuffer', () => new TextEncoder().encode('a=1').buffer],
    [
      'FormData',
      () => {
        const form = new FormData();
        form.set('file', new File(['a=1'], 'a.txt'));
        return form;
      },
    ],
  ])('sends a %s again with the new credential', async (_, body) => {
    await using server = await loopbackServer(bearers('v2'));
    await using provider = refreshing(mintingSource());
    const answer = await fetchFor(server, provider)(server.origin, { method: 'POST', body: body() });
    expect(await answer.text()).toBe('welcome');
    expect(headerOf(server)).toEqual(['Bearer v1', 'Bearer v2']);
    expect(server.arrived.map((request) => request.body.includes('a=1'))).toEqual([true, true]);
  });

  test('sends a Request without a body again', async () => {
    await using server = await loopbackServer(bearers('v2'));
    await using provider = refreshing(mintingSource());
    const request = new Request(server.origin, { method: 'DELETE' });
    expect((await fetchFor(server, provider)(request)).status).toBe(200);
    expect(server.arrived.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
  });

  test.each([
    ['a stream', (url: string): Parameters<typeof fetch> => [url, streamed()]],
    [
      'a Request with a body',
      (url: string): Parameters<typeof fetch> => [new Request(url, { method: 'POST', body: 'a=1' })],
    ],
  ])(
    'does not send %s again: the 401 is returned, the provider learns of it, the next request is good',
    async (_, make) => {
      await using server = await loopbackServer(bearers('v2'));
      const source = mintingSource();
      await using provider = refreshing(source);
      const send = fetchFor(server, provider);
      const refused = await send(...make(server.origin));
      expect([refused.status, await refused.text()]).toEqual([401, 'who are you?']);
      expect((await send(...make(server.origin))).status).toBe(200);
      expect(headerOf(server)).toEqual(['Bearer v1', 'Bearer v2']);
      expect(source.contexts[1]?.rejected?.value.reveal()).toBe('v1');
    },
  );

  test('a stream that is refused while the source fails leaves nothing unhandled, and is no acceptance', async () => {
    await using server = await loopbackServer(bearers());
    const source = scriptedSource('a', (_, count) => (count === 1 ? textCredential('v1') : failing('access_denied')()));
    await using provider = refreshing(source, { clock: fakeClock() });
    const send = fetchFor(server, provider);
    expect((await send(server.origin, streamed())).status).toBe(401);
    expect((await send(server.origin)).status).toBe(401);
    expect(provider.status().lastError).toMatchObject({ code: 'access_denied' });
  });

  test.each([403, 404, 500])('%d is no refusal of the credential', async (status) => {
    await using server = await loopbackServer((_, response) => response.writeHead(status).end());
    const source = mintingSource();
    await using provider = refreshing(source);
    expect((await fetchFor(server, provider)(server.origin)).status).toBe(status);
    expect(source.contexts).toHaveLength(1);
  });

  test('a 401 of an origin that did not get the credential is none either', async () => {
    await using foreign = await loopbackServer(bearers());
    await using server = await loopbackServer(redirect(302, foreign.origin));
    const source = mintingSource();
    await using provider = refreshing(source);
    const send = fetchFor(server, provider);
    expect((await send(server.origin)).status).toBe(401);
    expect((await send(server.origin, { ...streamed(), redirect: 'follow' }).catch(() => undefined))?.status).toBe(401);
    expect([source.contexts.length, foreign.arrived.length]).toEqual([1, 2]);
  });

  test('a 401 behind a redirect to an allowed origin is one, and the way is gone again', async () => {
    await using target = await loopbackServer(bearers('v2'));
    await using server = await loopbackServer(redirect(307, target.origin));
    await using provider = refreshing(mintingSource());
    const send = fetchFor(server, provider, { allowedOrigins: [server.origin, target.origin] });
    expect(await (await send(server.origin, { method: 'POST', body: 'a' })).text()).toBe('welcome');
    expect([headerOf(server), headerOf(target)]).toEqual([
      ['Bearer v1', 'Bearer v2'],
      ['Bearer v1', 'Bearer v2'],
    ]);
  });

  test('the connection of a refused answer is free again', async () => {
    await using server = await loopbackServer();
    const closed: string[] = [];
    server.answer = ({ headers: { authorization = '' } }, response) => {
      response.writeHead(authorization === 'Bearer v2' ? 200 : 401);
      response.on('close', () => closed.push(authorization));
      if (authorization === 'Bearer v2') response.end('welcome');
      else response.write('endless');
    };
    await using provider = refreshing(mintingSource());
    const answer = await fetchFor(server, provider)(server.origin);
    expect(await answer.text()).toBe('welcome');
    await expect.poll(() => closed.includes('Bearer v1')).toBe(true);
  });

  test('fifty requests through a rotation all succeed', async () => {
    const clock = fakeClock();
    const source = storedSource('old');
    await using server = await loopbackServer(bearers('old'));
    await using provider = refreshing(source, { clock });
    const send = fetchFor(server, provider);
    expect((await send(server.origin)).status).toBe(200);
    server.answer = bearers('new');
    let done = false;
    const answers = Promise.all(Array.from({ length: 50 }, () => send(server.origin))).finally(() => {
      done = true;
    });
    await expect.poll(() => source.contexts.length).toBeGreaterThan(1);
    source.store('new');
    await expect
      .poll(
        async () => {
          await clock.advance(1_000);
          return done;
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe('the signal of authorizedFetch', () => {
  const hanging = () => refreshing(scriptedSource('a', () => new Promise<never>(() => {})));

  test.each([
    ['of the second argument', (url: string, signal: AbortSignal): Parameters<typeof fetch> => [url, { signal }]],
    ['of the Request', (url: string, signal: AbortSignal): Parameters<typeof fetch> => [new Request(url, { signal })]],
  ])('%s ends the wait for the credential with its own reason', async (_, make) => {
    await using server = await loopbackServer();
    const provider = hanging();
    const controller = new AbortController();
    const reason = new DOMException('stop', 'AbortError');
    const waiting = fetchFor(server, provider)(...make(server.origin, controller.signal));
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(server.arrived).toEqual([]);
    await provider[Symbol.asyncDispose]();
  });

  test('ends the request', async () => {
    await using server = await loopbackServer(() => undefined);
    await using provider = refreshing(mintingSource());
    const controller = new AbortController();
    const waiting = fetchFor(server, provider)(server.origin, { signal: controller.signal });
    await expect.poll(() => server.arrived.length).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('that is null takes that of the Request away', async () => {
    await using server = await loopbackServer();
    await using provider = refreshing(mintingSource());
    const request = new Request(server.origin, { signal: AbortSignal.abort() });
    expect((await fetchFor(server, provider)(request, { signal: null })).status).toBe(200);
  });

  test('that has not ended does not hide another failure', async () => {
    const { signal } = new AbortController();
    await using server = await loopbackServer();
    const provider = refreshing(scriptedSource('a', failing('access_denied')));
    expect(await rejection(fetchFor(server, provider)(server.origin, { signal }))).toMatchObject({
      code: 'access_denied',
    });
  });
});
