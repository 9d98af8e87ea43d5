import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Backend } from './backend.ts';
import { type BackendName, backends, isBackendName } from './backends.ts';
import { type StartedBackend, startBackend } from './start-backend.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** {@link Broker.url}, by which the processes of a run find the broker. */
    backendBroker: string;
  }
}

/** What the broker answers: the address, or why there is none. */
export type BrokerAnswer = { readonly address: unknown } | { readonly unavailable: string };

export interface Broker {
  /** Where test processes ask, with a random path that nobody else knows. */
  readonly url: string;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

/** Starts a backend when it is first asked for, and gives the same one to everybody who asks later. */
export async function startBroker(): Promise<Broker> {
  const started = new Map<BackendName, Promise<StartedBackend<unknown>>>();
  const secretPath = `/${randomBytes(16).toString('hex')}/`;
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = request.url?.startsWith(secretPath) ? request.url.slice(secretPath.length) : '';
    if (isBackendName(name)) response.end(JSON.stringify(await addressOf(name)));
    else response.writeHead(404).end();
  }

  function addressOf(name: BackendName): Promise<BrokerAnswer> {
    const backend = started.get(name) ?? startBackend<unknown>(backends[name] as Backend<unknown>);
    started.set(name, backend);
    return backend.then(
      ({ address }) => ({ address }),
      (error) => ({ unavailable: String(error.message) }),
    );
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${secretPath}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      const settled = await Promise.allSettled(started.values());
      await Promise.all(settled.map((result) => result.status === 'fulfilled' && result.value.stop()));
    },
  };
}
