import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { findLeaks } from '../../src/conformance/find-leaks.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { type HttpRequest, request, requestJson } from '../../src/http/index.ts';
import { secret } from '../../src/secret.ts';
import { type LoopbackServer, loopbackServer, rawServer } from './loopback-server.ts';

const source = 'vault:kv/app';
const failure = async (server: LoopbackServer, options: Partial<HttpRequest> = {}): Promise<CredentialError> => {
  const error = await requestJson({ source, url: server.origin, ...options }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CredentialError);
  return error as CredentialError;
};

describe('a server that', () => {
  test('never ends its body is cut off at the limit', async () => {
    let sent = 0;
    const gone = Promise.withResolvers<void>();
    await using server = await loopbackServer((_, response) => {
      const chunk = Buffer.alloc(65_536, 'x');
      const pour = () => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pour);
        }
      };
      response.on('close', gone.resolve);
      pour();
    });
    const error = await failure(server);
    expect(error).toMatchObject({ code: 'invalid_response', message: 'the answer is longer than 1048576 bytes' });
    await gone.promise;
    // What the sockets of both sides hold on top of the limit.
    expect(sent).toBeLessThan(32 * 1_048_576);
  });

  test('refuses without ever ending its body is let go', async () => {
    const gone = Promise.withResolvers<void>();
    await using server = await loopbackServer((_, response) => {
      response.on('close', gone.resolve);
      response.writeHead(500).write('and another thing');
    });
    expect((await failure(server)).code).toBe('unreachable');
    await gone.promise;
  });

  test('announces 5 MB is not listened to', async () => {
    await using server = await loopbackServer((_, response) => {
      response.writeHead(200, { 'content-length': 5_000_000 }).write('[');
    });
    expect(await failure(server)).toMatchObject({ code: 'invalid_response', hint: expect.any(String) });
  });

  test('sends 5 MB is listened to where that was allowed', async () => {
    await using server = await loopbackServer((_, response) => response.end(Buffer.alloc(5_000_000, '1')));
    const { body } = await request({ source, url: server.origin, maxBytes: 5_000_000 });
    expect(body).toHaveLength(5_000_000);
    expect((await failure(server, { maxBytes: 4_999_999 })).code).toBe('invalid_response');
  });

  test('sends a small body that unpacks to a large one is cut off at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    await using server = await loopbackServer((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(bomb.length).toBeLessThan(100_000);
    expect(await failure(server)).toMatchObject({ message: 'the answer is longer than 1048576 bytes' });
  });

  test('packs what is no gzip is invalid_response', async () => {
    await using server = await loopbackServer((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"no":"gzip"}'),
    );
    expect((await failure(server)).code).toBe('invalid_response');
  });

  test('drips a byte now and then is timed_out', async () => {
    await using server = await loopbackServer((_, response) => {
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    });
    expect((await failure(server, { timeoutMs: 60 })).code).toBe('timed_out');
  });

  test.each([301, 302, 303, 307, 308])(
    'redirects by HTTP %i is not followed, and only the origin is told',
    async (status) => {
      const session = randomBytes(16).toString('hex');
      await using elsewhere = await loopbackServer((_, response) => response.end('{}'));
      const location = `${elsewhere.origin}/login?session=${session}#${session}`;
      await using server = await loopbackServer((_, response) => response.writeHead(status, { location }).end());
      const error = await failure(server);
      const message = `GET ${server.origin} answered a redirect to ${elsewhere.origin}`;
      expect(error).toMatchObject({ code: 'invalid_response', message });
      expect(elsewhere.heard).toEqual([]);
      expect(findLeaks(error, [secret(session)])).toEqual([]);
    },
  );

  test.each([
    ['/login', 'ORIGIN'],
    ['javascript:alert(1)', 'a javascript: address'],
    ['http://', 'nowhere'],
    [undefined, 'nowhere'],
  ])('redirects to %s is told as %s', async (location, told) => {
    await using server = await loopbackServer((_, response) =>
      response.writeHead(302, location === undefined ? {} : { location }).end(),
    );
    const expected = told.replace('ORIGIN', server.origin);
    expect((await failure(server)).message).toBe(`GET ${server.origin} answered a redirect to ${expected}`);
  });

  test('sends a header of 64 KiB is invalid_response', async () => {
    await using server = await rawServer((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx-bomb: ${'x'.repeat(65_536)}\r\ncontent-length: 2\r\n\r\n{}`),
    );
    expect(await failure(server)).toMatchObject({
      code: 'invalid_response',
      message: `GET ${server.origin} failed: UND_ERR_HEADERS_OVERFLOW`,
    });
  });

  test('sends headers without end is invalid_response', async () => {
    await using server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const pour = () => {
        while (socket.writable && socket.write(`x-${'y'.repeat(1_000)}: z\r\n`));
      };
      socket.on('drain', pour);
      pour();
    });
    expect((await failure(server)).code).toBe('invalid_response');
  });

  test('speaks no HTTP is invalid_response', async () => {
    const quoted = randomBytes(16).toString('hex');
    await using server = await rawServer((socket) => socket.write(`220 mail.example ESMTP ${quoted}\r\n`));
    const error = await failure(server);
    expect(error.code).toBe('invalid_response');
    expect(findLeaks(error, [secret(quoted)])).toEqual([]);
  });

  test('resets the connection is unreachable, and its cause has the code', async () => {
    await using server = await rawServer((socket) => socket.resetAndDestroy());
    const error = await failure(server);
    expect(error).toMatchObject({ code: 'unreachable', message: expect.stringContaining('ECONNRESET') });
    expect(error.cause).toMatchObject({ message: 'ECONNRESET', code: 'ECONNRESET' });
    expect(error.cause).not.toHaveProperty('cause');
  });

  test('breaks off in the middle of a body is unreachable', async () => {
    await using server = await rawServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"half"'),
    );
    expect((await failure(server)).code).toBe('unreachable');
  });

  test('closes without a word is unreachable', async () => {
    await using server = await rawServer((socket) => socket.end());
    expect((await failure(server)).code).toBe('unreachable');
  });

  test('is not there is unreachable', async () => {
    const server = await loopbackServer(() => undefined);
    await server[Symbol.asyncDispose]();
    expect(await failure(server)).toMatchObject({
      code: 'unreachable',
      message: `GET ${server.origin} failed: ECONNREFUSED`,
      hint: expect.stringContaining('address'),
    });
  });

  test('has no name in the network is unreachable', async () => {
    const error = await failure({ origin: 'http://keyturn.invalid' } as LoopbackServer);
    expect(error).toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/failed: (ENOTFOUND|EAI_AGAIN)$/),
    });
  });
});
