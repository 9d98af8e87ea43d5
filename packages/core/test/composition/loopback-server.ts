import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface LoopbackServer extends AsyncDisposable {
  readonly origin: string;
  /** All requests, in order. */
  readonly arrived: readonly Arrived[];
  /** What it answers from now on. */
  answer: (request: Arrived, response: ServerResponse) => void;
}

/** An HTTP server on a port of its own, which makes it an origin of its own. */
export async function loopbackServer(
  answer: LoopbackServer['answer'] = (_, response) => response.end('ok'),
): Promise<LoopbackServer> {
  const arrived: Arrived[] = [];
  const http = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString('latin1') };
      arrived.push(request);
      server.answer(request, response);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server: LoopbackServer = {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    arrived,
    answer,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}

/** Answers 200 to `Bearer` and one of the texts, 401 to all else. */
export function bearers(...texts: string[]): LoopbackServer['answer'] {
  return ({ headers }, response) => {
    const good = texts.some((text) => headers.authorization === `Bearer ${text}`);
    response.writeHead(good ? 200 : 401).end(good ? 'welcome' : 'who are you?');
  };
}

/** Answers a redirect. */
export function redirect(status: number, location: string): LoopbackServer['answer'] {
  return (_, response) => response.writeHead(status, { location }).end('moved');
}
