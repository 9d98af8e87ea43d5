import { once } from 'node:events';
import { createRequire } from 'node:module';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A LocalStack of the test's own, behind an address that stays the same while it is stopped and started. */
export interface OwnLocalStack extends AsyncDisposable {
  readonly endpoint: string;
  stop(): Promise<void>;
  /** Starts another one, which holds nothing but what `fill` stores before anybody else can ask. */
  start(fill: (endpoint: string) => Promise<void>): Promise<void>;
}

interface Started {
  readonly address: { readonly endpoint: string };
  stop(): Promise<void>;
}

export async function ownLocalStack(): Promise<OwnLocalStack> {
  const startOne = await starter();
  let running: Started | undefined = await startOne();
  const sockets = new Set<Socket>();

  const forwarder = createServer((client) => {
    const target = new URL(running?.address.endpoint ?? 'http://127.0.0.1:1');
    const server = connect({ host: target.hostname, port: Number(target.port) });
    const pair = [client, server];
    for (const socket of pair) {
      sockets.add(socket);
      // Whatever ends one side ends the other: a server that is down is a connection that breaks.
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          for (const one of pair) one.destroy();
        });
    }
    client.pipe(server).pipe(client);
  });
  forwarder.listen(0, '127.0.0.1');
  await once(forwarder, 'listening');

  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    endpoint: `http://127.0.0.1:${(forwarder.address() as AddressInfo).port}`,
    stop,
    async start(fill) {
      const started = await startOne();
      await fill(started.address.endpoint);
      running = started;
    },
    async [Symbol.asyncDispose]() {
      forwarder.close();
      for (const socket of sockets) socket.destroy();
      await stop();
    },
  };
}

/**
 * The package gives tests the one server that they share; to stop and start one of its own is what this file is for, so
 * it takes the parts. A server that somebody else runs, by LOCALSTACK_ENDPOINT, is none to stop.
 */
async function starter(): Promise<() => Promise<Started>> {
  const folder = dirname(createRequire(import.meta.url).resolve('@keyturn/backends'));
  const part = (name: string) => import(pathToFileURL(join(folder, name)).href);
  const [{ startBackend }, { localstack }, { thisMachine }] = await Promise.all(
    ['start-backend.ts', 'localstack.ts', 'this-machine.ts'].map(part),
  );
  const machine = thisMachine();
  const { LOCALSTACK_ENDPOINT: _, ...env } = machine.env;
  return () => startBackend(localstack, { machine: { ...machine, env } });
}
