import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';

/** A service that takes a bearer key, and answers 401 to any other. */
export interface GuardedUpstream extends AsyncDisposable {
  readonly origin: string;
  /** What it takes from now on. */
  accept(...keys: string[]): void;
  /** Waits until it has answered `count` requests. */
  served(count: number): Promise<void>;
  /** Waits until `key` has been refused since it was last accepted. */
  refused(key: string): Promise<void>;
}

export async function guardedUpstream(): Promise<GuardedUpstream> {
  const accepted = new Set<string>();
  const refused = new Set<string>();
  let served = 0;
  const server = createServer((request, response) => {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    const ok = accepted.has(key);
    if (!ok) refused.add(key);
    served += ok ? 1 : 0;
    response.writeHead(ok ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accept(...keys) {
      accepted.clear();
      for (const key of keys) {
        accepted.add(key);
        refused.delete(key);
      }
    },
    served: (count) => expect.poll(() => served, { timeout: 20_000 }).toBeGreaterThanOrEqual(count),
    refused: (key) => expect.poll(() => refused.has(key), { timeout: 20_000 }).toBe(true),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
