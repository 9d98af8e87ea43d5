import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * What the proxy does to a request.
 *
 * - `reply`: answers itself; the backend hears nothing. Throttling, 5xx, 401 or 403, an HTML error page, a redirect.
 * - `hang`: reads the request and never answers.
 * - `reset`: cuts the connection (TCP RST) before any answer.
 * - `truncate`: sends the head and half of the body of the backend's answer (or of `body`), then cuts the connection.
 * - `delay`: forwards after `ms` milliseconds.
 * - `drop`: forwards, waits until the backend has answered in full, then cuts the connection: the backend has
 *   committed, the client does not know.
 */
export type ProxyFault =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'truncate'; readonly body?: string }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'drop' };

/** What the proxy saw of a request. Holds whatever the client sent, secrets included: for assertions, not for logs. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
  /** What it met; absent where it was forwarded untouched. */
  readonly fault?: ProxyFault['kind'];
  /** The backend's status, once it has answered. */
  status?: number;
}

export interface InjectOptions {
  /** How many requests meet the fault. Default: all until it is lifted. */
  readonly times?: number;
  /** Which requests meet it. Default: all. */
  readonly match?: (request: RecordedRequest) => boolean;
}

export interface FaultProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: what the adapter under test is given as its backend's address. */
  readonly origin: string;
  /** Every request received so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Lets requests meet `fault`; of several faults the newest that matches wins. The answer lifts it. */
  inject(fault: ProxyFault, options?: InjectOptions): () => void;
  /** Stops listening and cuts every connection, so that connecting is refused. The answer listens again, same port. */
  refuseConnections(): Promise<() => Promise<void>>;
  /** Resolves once `count` requests have been received in all. */
  received(count: number): Promise<void>;
}

interface Injected {
  readonly fault: ProxyFault;
  readonly match: (request: RecordedRequest) => boolean;
  left: number;
}

/**
 * A loopback HTTP proxy in front of `targetOrigin` (`http://127.0.0.1:8200`) that forwards untouched, headers and
 * `Host` included, until a fault is injected. Buffers bodies; meant for tests.
 */
export async function faultProxy(targetOrigin: string): Promise<FaultProxy> {
  const target = new URL(targetOrigin);
  if (target.protocol !== 'http:') throw new TypeError(`the fault proxy speaks http: only, not ${target.protocol}`);
  const requests: RecordedRequest[] = [];
  const injected: Injected[] = [];
  const waiting = new Set<() => void>();
  const sockets = new Set<Socket>();

  const server = createServer(async (incoming, outgoing) => {
    const body = await readAll(incoming).catch(() => undefined);
    if (body === undefined) return; // The client went away in mid-request.
    const bare = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body };
    const met = injected.findLast((candidate) => candidate.left > 0 && candidate.match(bare));
    if (met !== undefined) met.left -= 1;
    const recorded: RecordedRequest = met === undefined ? bare : { ...bare, fault: met.fault.kind };
    requests.push(recorded);
    for (const wake of waiting) wake();
    await answer(target, met?.fault, { incoming, outgoing, recorded });
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy()); // A client that resets is no trouble of the proxy's.
  });

  const port = await listen(server, 0);
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });

  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    inject(fault, options = {}) {
      const entry = { fault, match: options.match ?? (() => true), left: options.times ?? Number.POSITIVE_INFINITY };
      injected.push(entry);
      return () => {
        entry.left = 0;
      };
    },
    async refuseConnections() {
      await stop();
      return async () => void (await listen(server, port));
    },
    received: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (requests.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: stop,
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly recorded: RecordedRequest;
}

async function answer(target: URL, fault: ProxyFault | undefined, exchange: Exchange): Promise<void> {
  const { outgoing } = exchange;
  switch (fault?.kind) {
    case 'reply':
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case 'hang':
      return;
    case 'reset':
      cut(outgoing);
      return;
    case 'truncate':
      if (fault.body !== undefined)
        return sendHalf(outgoing, { status: 200, headers: [], body: Buffer.from(fault.body) });
      break;
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      break;
    default:
  }
  try {
    const reply = await ask(target, exchange);
    if (fault?.kind === 'drop') cut(outgoing);
    else if (fault?.kind === 'truncate') sendHalf(outgoing, reply);
    else sendAll(outgoing, reply);
  } catch {
    // The backend itself is down or cut the connection; the client gets to see just that.
    cut(outgoing);
  }
}

interface Reply {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

function ask(target: URL, { incoming, recorded }: Exchange): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method, path, body } = recorded;
    const outbound = forward(
      { host: target.hostname, port: target.port, method, path, headers: endToEnd(incoming.rawHeaders), agent: false },
      (response) => {
        recorded.status = response.statusCode ?? 0;
        const reply = { status: response.statusCode ?? 502, headers: endToEnd(response.rawHeaders) };
        readAll(response).then((bytes) => resolve({ ...reply, body: bytes }), reject);
      },
    );
    outbound.on('error', reject);
    outbound.end(body);
  });
}

/** Headers that concern one connection only (RFC 9110, 7.6.1), or the framing, which is made anew. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect']);

function endToEnd(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, index) => !HOP_BY_HOP.has(rawHeaders[index - (index % 2)]!.toLowerCase()));
}

function sendAll(outgoing: ServerResponse, reply: Reply): void {
  outgoing.writeHead(reply.status, [...reply.headers]).end(reply.body);
}

function sendHalf(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  const kept = headers.filter((_, index) => headers[index - (index % 2)]!.toLowerCase() !== 'content-length');
  outgoing.writeHead(status, [...kept, 'content-length', String(Math.max(body.length, 2))]);
  outgoing.write(body.subarray(0, Math.max(body.length >> 1, 1)), () => outgoing.socket?.destroy());
}

function cut(outgoing: ServerResponse): void {
  outgoing.socket?.resetAndDestroy();
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
