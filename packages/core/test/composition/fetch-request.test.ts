import { describe, expect, test } from 'vitest';
import { fetchRequest } from '../../src/composition/fetch-request.ts';

const url = 'https://api.example.com/a';
const post = (body: string) => new Request(url, { method: 'POST', body });

describe('fetchRequest', () => {
  test('reads a text, a URL or a Request', () => {
    const request = new Request(url, { method: 'PUT', redirect: 'manual', headers: { a: '1' } });
    expect(fetchRequest(url, undefined)).toMatchObject({
      url: new URL(url),
      given: undefined,
      method: 'GET',
      redirect: 'follow',
      signal: undefined,
    });
    expect(fetchRequest(new URL(url), undefined).url.href).toBe(url);
    expect(fetchRequest(request, undefined)).toMatchObject({
      url: new URL(url),
      given: request,
      method: 'PUT',
      redirect: 'manual',
      signal: request.signal,
    });
    expect(fetchRequest(request, undefined).headers.get('a')).toBe('1');
  });

  test('what the second argument says goes before the Request', () => {
    const { signal } = new AbortController();
    const request = new Request(url, { method: 'PUT', redirect: 'manual', headers: { a: '1' } });
    const read = fetchRequest(request, { method: 'patch', redirect: 'error', headers: { b: '2' }, signal });
    expect(read).toMatchObject({ method: 'patch', redirect: 'error', signal });
    expect([...read.headers]).toEqual([['b', '2']]);
    expect(fetchRequest(request, { signal: null }).signal).toBeUndefined();
  });

  test('writes the usual methods in upper case, as fetch does, and no others', () => {
    const methods = ['get', 'Post', 'put', 'delete', 'head', 'options', 'patch', 'query'];
    expect(methods.map((method) => fetchRequest(url, { method }).method)).toEqual([
      'GET',
      'POST',
      'PUT',
      'DELETE',
      'HEAD',
      'OPTIONS',
      'patch',
      'query',
    ]);
  });

  test('takes the URL and the headers as they are now', () => {
    const [target, headers] = [new URL(url), new Headers({ a: '1' })];
    const read = fetchRequest(target, { headers });
    target.host = 'evil.example.com';
    headers.set('a', '2');
    expect([read.url.href, read.headers.get('a')]).toEqual([url, '1']);
  });

  test('a malformed URL is a TypeError', () => {
    expect(() => fetchRequest('/relative', undefined)).toThrow(TypeError);
  });

  test.each([
    ['no body', url, undefined, true],
    ['null', url, { body: null }, true],
    ['text', url, { body: 'a' }, true],
    ['empty text', url, { body: '' }, true],
    ['URLSearchParams', url, { body: new URLSearchParams('a=1') }, true],
    ['FormData', url, { body: new FormData() }, true],
    ['Blob', url, { body: new Blob(['a']) }, true],
    ['File', url, { body: new File(['a'], 'a.txt') }, true],
    ['ArrayBuffer', url, { body: new ArrayBuffer(1) }, true],
    ['typed array', url, { body: new Uint8Array(1) }, true],
    ['Buffer', url, { body: Buffer.from('a') }, true],
    ['stream', url, { body: new Blob(['a']).stream(), duplex: 'half' as const }, false],
    ['Request without a body', new Request(url), undefined, true],
    ['Request with a body', post('a'), undefined, false],
    ['Request with a body that is replaced', post('a'), { body: 'b' }, true],
    [
      'Request whose body is replaced by a stream',
      post('a'),
      { body: new Blob(['a']).stream(), duplex: 'half' as const },
      false,
    ],
  ])('%s: whether it can be sent again', (_, input, init, replayable) => {
    expect(fetchRequest(input, init).replayable).toBe(replayable);
  });

  test('an async iterable is a stream as well', () => {
    const body = (async function* () {
      yield new Uint8Array(1);
    })();
    expect(fetchRequest(url, { body: body as unknown as string }).replayable).toBe(false);
  });
});
