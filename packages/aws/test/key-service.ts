import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A service that gives out keys, one for each attempt, and takes them back. */
export interface KeyService extends AsyncDisposable {
  readonly origin: string;
  /** The keys that it accepts. */
  readonly live: Set<string>;
}

/** Speaks HTTP, so that another process can be killed while it asks: `POST /issue`, `/verify`, `/revoke`. */
export async function keyService(): Promise<KeyService> {
  const byAttempt = new Map<string, string>();
  const live = new Set<string>();

  const answer = (path: string, body: string): [status: number, body: string] => {
    if (path === '/verify') return [live.has(body) ? 200 : 401, ''];
    if (path === '/revoke') return [live.delete(body) ? 200 : 204, ''];
    const key = byAttempt.get(body) ?? `key-${crypto.randomUUID()}`;
    byAttempt.set(body, key);
    live.add(key);
    return [200, key];
  };

  const server = createServer(async (request, response) => {
    const [status, body] = answer(request.url ?? '', await text(request));
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    live,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
