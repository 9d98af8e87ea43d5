import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Secret, secret } from '@keyturn/core';

/** A server on loopback that answers as the real service does, as far as the adapter can tell. */
export interface FakeAcme extends AsyncDisposable {
  readonly origin: string;
  /** The one token that it accepts now. */
  readonly token: Secret;
  /** Makes a new version. `expiresAt` goes into the answer as it is. */
  put(name: string, value: Secret, expiresAt?: string): void;
  /** From now on every token is refused access to the secret. The answer ends it. */
  deny(name: string): () => void;
  /** Locked, it answers 423 to everybody. */
  lock(): void;
  /** Replaces the token that it accepts. */
  rotateToken(): void;
}

interface Item {
  readonly value: string;
  readonly version: number;
  readonly expiresAt: string | null;
}

export async function fakeAcme(): Promise<FakeAcme> {
  const items = new Map<string, Item>();
  const denied = new Set<string>();
  let token = newToken();
  let locked = false;

  const answer = (request: IncomingMessage): [status: number, body: object] => {
    const name = /^\/v1\/secrets\/([^/?]+)$/.exec(request.url ?? '')?.[1] ?? '';
    if (locked) return [423, { error: 'locked' }];
    if (request.headers.authorization !== `Bearer ${token.reveal()}`) return [401, { error: 'bad token' }];
    if (denied.has(name)) return [403, { error: 'no access' }];
    const item = items.get(name);
    return item === undefined ? [404, { error: 'no such secret' }] : [200, item];
  };
  const server = createServer((request, response) => {
    const [status, body] = answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get token() {
      return token;
    },
    put(name, value, expiresAt) {
      const version = (items.get(name)?.version ?? 0) + 1;
      items.set(name, { value: value.reveal(), version, expiresAt: expiresAt ?? null });
    },
    deny(name) {
      denied.add(name);
      return () => void denied.delete(name);
    },
    lock() {
      locked = true;
    },
    rotateToken() {
      token = newToken();
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function newToken(): Secret {
  return secret(randomBytes(24).toString('base64url'));
}
