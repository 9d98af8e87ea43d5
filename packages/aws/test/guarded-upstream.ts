import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';

/** A service that takes a bearer key, and answers 401 to any other. */
export interface GuardedUpstream extends AsyncDisposable {
  readonly origin: string;
  /** What it takes from now on. */
  accept(...keys: string[]): void;
  /** Waits until `key` has been taken. */
  taken(key: string): Promise<void>;
  /** Waits until `key` has been refused. */
  refused(key: string): Promise<void>;
}

export async function guardedUpstream(): Promise<GuardedUpstream> {
  const accepted = new Set<string>();
  const seen = { taken: new Set<string>(), refused: new Set<string>() };
  const server = createServer((request, response) => {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    const isTaken = accepted.has(key);
    seen[isTaken ? 'taken' : 'refused'].add(key);
    response.writeHead(isTaken ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accept(...keys) {
      accepted.clear();
      for (const key of keys) accepted.add(key);
    },
    taken: (key) => expect.poll(() => seen.taken.has(key), { timeout: 20_000 }).toBe(true),
    refused: (key) => expect.poll(() => seen.refused.has(key), { timeout: 20_000 }).toBe(true),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
