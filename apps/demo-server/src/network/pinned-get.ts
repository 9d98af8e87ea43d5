import type { LookupAddress } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { ToolFailure } from '../tool-failure.ts';

export interface PinnedGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** Ends everything, the slowest drip of a body included. */
  readonly signal: AbortSignal;
}

export interface PinnedAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * GET `url` from one of exactly these addresses: the name is not resolved again, `Host` and the TLS server name stay
 * the URL's. Follows no redirect, uses no proxy, shares no connection.
 * @param addresses one at least; the next is tried where one does not answer
 * @throws {ToolFailure} `too_large`
 */
export function pinnedGet(url: URL, addresses: LookupAddress[], options: PinnedGetOptions): Promise<PinnedAnswer> {
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { agent: false, headers: options.headers, lookup: pinned(addresses), signal: options.signal },
      (incoming) => readAnswer(incoming, options.maxBytes).then(resolve, reject),
    );
    outgoing.on('error', reject).end();
  });
}

function pinned(addresses: LookupAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    if (all === true) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}

async function readAnswer(incoming: http.IncomingMessage, maxBytes: number): Promise<PinnedAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new ToolFailure('too_large', `the answer is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}
