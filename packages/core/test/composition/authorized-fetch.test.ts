import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type AuthorizedFetchOptions, authorizedFetch } from '../../src/composition/authorized-fetch.ts';
import { select } from '../../src/composition/select.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { type Secret, secret } from '../../src/secret.ts';
import { type LoopbackServer, loopbackServer, redirect } from './loopback-server.ts';
import { failing, mintingSource, newText, rejection, scriptedSource } from './scripted-source.ts';

const providing = (text: string): CredentialProvider => refreshing(fixedSource(secret(text)));
function fetchFor(
  server: LoopbackServer,
  provider: CredentialProvider,
  more: Partial<AuthorizedFetchOptions> = {},
): typeof fetch {
  return authorizedFetch(provider, { allowedOrigins: [server.origin], ...more });
}
const headerOf = ({ arrived }: LoopbackServer, name = 'authorization') => arrived.map(({ headers }) => headers[name]);

describe('authorizedFetch', () => {
  test('is a fetch', () => {
    expectTypeOf(authorizedFetch).returns.toEqualTypeOf<typeof fetch>();
    expectTypeOf(authorizedFetch).returns.toExtend<
      (input: string | URL | Request, init?: RequestInit) => Promise<Response>
    >();
  });

  test('adds the credential, in place of the caller\u2019s own header', async () => {
    await using server = await loopbackServer();
    const send = fetchFor(server, providing('key'));
    await send(server.origin);
    await send(new URL(server.origin), { headers: { Authorization: 'Bearer of-the-caller', 'x-trace': '7' } });
    await send(new Request(server.origin, { headers: { authorization: 'Bearer of-the-caller' } }));
    expect(headerOf(server)).toEqual(['Bearer key', 'Bearer key', 'Bearer key']);
    expect(headerOf(server, 'x-trace')).toEqual([undefined, '7', undefined]);
  });

  test('leaves the caller\u2019s headers and Request as they are', async () => {
    await using server = await loopbackServer();
    const headers = new Headers({ a: '1' });
    const request = new Request(server.origin, { headers });
    await fetchFor(server, providing('key'))(request, { headers });
    expect([[...headers], [...request.headers]]).toEqual([[['a', '1']], [['a', '1']]]);
  });

  test.each([
    [{}, 'authorization', 'Bearer key'],
    [{ scheme: 'token' }, 'authorization', 'token key'],
    [{ scheme: '' }, 'authorization', 'key'],
    [{ header: 'x-api-key', scheme: '' }, 'x-api-key', 'key'],
    [{ header: 'X-Api-Key', scheme: 'Key' }, 'x-api-key', 'Key key'],
  ])('%j sends it as %s: %s', async (options, header, value) => {
    await using server = await loopbackServer();
    await fetchFor(server, providing('key'), options)(server.origin);
    expect(headerOf(server, header)).toEqual([value]);
  });

  test('sends by the fetch that it is given, or by the global one of the moment', async () => {
    await using server = await loopbackServer();
    const sent: unknown[] = [];
    const own: typeof fetch = async (input, init) => {
      sent.push(input);
      return fetch(input, init);
    };
    expect(await (await fetchFor(server, providing('key'), { fetch: own })(`${server.origin}/a`)).text()).toBe('ok');
    expect(sent).toEqual([`${server.origin}/a`]);
  });

  test('a bare text of a record may be sent as well', async () => {
    await using server = await loopbackServer();
    const user = select(
      refreshing(fixedSource({ user: 'app', password: secret('x') })),
      'user',
    ) as unknown as CredentialProvider<Secret>;
    await fetchFor(server, user)(server.origin);
    expect(headerOf(server)).toEqual(['Bearer app']);
  });

  test('what surrounds the key in a file is not sent', async () => {
    await using server = await loopbackServer();
    await fetchFor(server, providing(' key\r\n'))(server.origin);
    expect(headerOf(server)).toEqual(['Bearer key']);
  });

  test.each([
    ['a line break', () => `${newText()}\nx-evil: 1`],
    ['a NUL', () => `${newText()}\0`],
    ['a DEL', () => `${newText()}\x7f`],
    ['a letter beyond Latin-1', () => `${newText()}\u20ac`],
  ])('a secret with %s is refused without being shown, and nothing is sent', async (_, make) => {
    await using server = await loopbackServer();
    const text = make();
    const error = await rejection(fetchFor(server, providing(text))(server.origin));
    expect(error).toMatchObject({
      code: 'invalid_response',
      source: 'fixed',
      message: 'the secret has characters that no HTTP header can carry',
    });
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text.slice(0, 32));
    expect(server.arrived).toEqual([]);
  });

  test.each(['', ' \n'])('an empty secret (%j) is refused', async (text) => {
    await using server = await loopbackServer();
    expect(await rejection(fetchFor(server, providing(text))(server.origin))).toMatchObject({
      code: 'invalid_response',
      message: 'the secret is empty',
    });
  });

  test('a key with Latin-1 letters is sent as they are', async () => {
    await using server = await loopbackServer();
    await fetchFor(server, providing('k\u00e9y'))(server.origin);
    expect(headerOf(server)).toEqual(['Bearer k\u00e9y']);
  });

  test.each([{ header: 'not a header' }, { header: '' }, { scheme: 'Bea\nrer' }])(
    '%j is refused before there is a secret',
    (options) => {
      expect(() =>
        authorizedFetch(providing('key'), { allowedOrigins: ['https://a.example.com'], ...options }),
      ).toThrow(TypeError);
    },
  );

  test('where there is no credential its error is the fetch\u2019s', async () => {
    await using server = await loopbackServer();
    const provider = refreshing(scriptedSource('a', failing('not_configured')));
    expect(await rejection(fetchFor(server, provider)(server.origin))).toMatchObject({ code: 'not_configured' });
    expect(server.arrived).toEqual([]);
  });

  test('fails as fetch does where there is no connection or no URL', async () => {
    const server = await loopbackServer();
    await server[Symbol.asyncDispose]();
    const send = fetchFor(server, providing('key'));
    await expect(send(server.origin)).rejects.toThrow(TypeError);
    await expect(send('/relative')).rejects.toThrow(TypeError);
  });
});

describe('the origins of authorizedFetch', () => {
  test('a request to another origin is refused before anything is fetched or sent', async () => {
    await using allowed = await loopbackServer();
    await using foreign = await loopbackServer();
    const source = mintingSource();
    await using provider = refreshing(source);
    const send = fetchFor(allowed, provider);
    for (const input of [foreign.origin, new URL(foreign.origin), new Request(foreign.origin)]) {
      expect(await rejection(send(input))).toMatchObject({
        code: 'access_denied',
        source: 'minting',
        message: `the credential may not be sent to ${foreign.origin}`,
      });
    }
    expect([foreign.arrived, source.contexts]).toEqual([[], []]);
  });

  test('an origin is scheme, host and port, however it is written', async () => {
    const sent: string[] = [];
    const fake: typeof fetch = async (input) => {
      sent.push(String(input));
      return new Response();
    };
    const send = authorizedFetch(providing('key'), { allowedOrigins: ['HTTPS://API.example.com:443/'], fetch: fake });
    await send('https://api.example.com/v1');
    for (const other of [
      'http://api.example.com',
      'https://api.example.com:444',
      'https://api.example.com.evil.example',
      'https://evil.example/https://api.example.com',
    ]) {
      expect(await rejection(send(other))).toMatchObject({ code: 'access_denied' });
    }
    expect(sent).toEqual(['https://api.example.com/v1']);
  });

  test('a URL that is changed while the credential is awaited goes where it was to go', async () => {
    await using allowed = await loopbackServer();
    await using foreign = await loopbackServer();
    const url = new URL(allowed.origin);
    const answer = fetchFor(allowed, providing('key'))(url);
    url.host = new URL(foreign.origin).host;
    await answer;
    expect([allowed.arrived.length, foreign.arrived.length]).toEqual([1, 0]);
  });

  test('the list is taken as it is at the start', async () => {
    await using foreign = await loopbackServer();
    const allowedOrigins = ['https://api.example.com'];
    const send = authorizedFetch(providing('key'), { allowedOrigins });
    allowedOrigins.push(foreign.origin);
    expect(await rejection(send(foreign.origin))).toMatchObject({ code: 'access_denied' });
  });

  test('a redirect to a foreign origin is followed without the key', async () => {
    await using foreign = await loopbackServer();
    await using allowed = await loopbackServer(redirect(302, foreign.origin));
    expect((await fetchFor(allowed, providing('key'))(allowed.origin)).url).toBe(`${foreign.origin}/`);
    expect([headerOf(allowed), headerOf(foreign)]).toEqual([['Bearer key'], [undefined]]);
  });

  test.each([
    'api.example.com',
    'https://api.example.com/v1',
    'https://api.example.com/?token=x',
    'https://api.example.com/#x',
    'https://user:password@api.example.com',
    'file:///etc',
    'data:text/plain,x',
    '*',
    '',
  ])('%s is no origin, which is told without quoting it', (text) => {
    expect(() => authorizedFetch(providing('key'), { allowedOrigins: ['https://good.example.com', text] })).toThrow(
      new TypeError('allowedOrigins[1] is no origin: scheme, host and port only, such as https://api.example.com'),
    );
  });
});
