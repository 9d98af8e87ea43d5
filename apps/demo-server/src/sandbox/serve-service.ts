import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './answer.ts';

/** One service on a loopback port of its own. */
export interface ServedService extends AsyncDisposable {
  readonly baseUrl: string;
  /** From here on these keys are accepted, and no others. With `path`: there; a path with keys of its own takes only them. */
  accept(keys: readonly string[], path?: string): void;
}

/** The keys of all paths that have none of their own. */
const ANY_PATH = '*';

const MAX_BODY_BYTES = 1_048_576;

export async function serveService(service: Service): Promise<ServedService> {
  const accepted = new Map<string, readonly Buffer[]>();
  const server = createServer((request, response) => {
    answer(service, request, response, accepted).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    accept(keys, path = ANY_PATH) {
      accepted.set(path, keys.map(digest));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
  accepted: ReadonlyMap<string, readonly Buffer[]>,
): Promise<void> {
  const authorization = request.headers.authorization ?? '';
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://sandbox.invalid');
  const keys = accepted.get(url.pathname) ?? accepted.get(ANY_PATH) ?? [];
  const given = digest(keyOf(authorization));
  if (!keys.some((key) => timingSafeEqual(key, given))) {
    send(response, 401, service.refuse(authorization));
    return;
  }
  const result = service.answer({ method: request.method ?? 'GET', url, headers: request.headers, body });
  send(response, result.status, result.body);
}

/** GitHub takes `token` as well as `Bearer`. */
function keyOf(authorization: string): string {
  return /^(?:Bearer|token) (.+)$/i.exec(authorization)?.[1] ?? '';
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
