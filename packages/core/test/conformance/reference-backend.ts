import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Secret, secret } from '../../src/secret.ts';

/** A small store of secrets over HTTP: reads by version, mints by lease, refuses whom it does not know. */
export interface ReferenceBackend extends AsyncDisposable {
  readonly origin: string;
  /** What a client logs in with. */
  readonly token: Secret;
  readonly denied: Set<string>;
  put(item: string, value: Secret): void;
  remove(item: string): void;
  get(item: string): Secret | undefined;
  /** Whether a minted value was not released yet. */
  accepts(value: string): boolean;
}

export async function referenceBackend(): Promise<ReferenceBackend> {
  const token = secret(randomBytes(24).toString('base64url'));
  const items = new Map<string, { version: number; value: Secret }>();
  const leases = new Map<string, string>();
  const denied = new Set<string>();

  const routes: Record<string, (name: string) => { status: number; body?: object }> = {
    'GET items'(name) {
      const found = items.get(name);
      if (found === undefined) return { status: 404 };
      const value = Buffer.from(found.value.revealBytes()).toString('base64');
      return { status: 200, body: { value, version: String(found.version) } };
    },
    'POST leases'(name) {
      if (!items.has(name)) return { status: 404 };
      const lease = { id: randomUUID(), value: randomBytes(24).toString('base64url') };
      leases.set(lease.id, lease.value);
      return { status: 200, body: { ...lease, ttlSeconds: 60 } };
    },
    'PUT leases': (id) => (leases.has(id) ? { status: 200, body: { ttlSeconds: 60 } } : { status: 404 }),
    'DELETE leases'(id) {
      leases.delete(id);
      return { status: 204 };
    },
  };

  const answer = (request: IncomingMessage): { status: number; body?: object } => {
    const [, collection = '', name = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
    if (request.headers.authorization !== `Bearer ${token.reveal()}`) return { status: 401 };
    if (denied.has(name)) return { status: 403 };
    return routes[`${request.method} ${collection}`]?.(name) ?? { status: 400 };
  };
  const server = createServer((request, response) => {
    const { status, body } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    denied,
    put: (item, value) => void items.set(item, { version: (items.get(item)?.version ?? 0) + 1, value }),
    remove: (item) => void items.delete(item),
    get: (item) => items.get(item)?.value,
    accepts: (value) => [...leases.values()].includes(value),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
