import type { LookupAddress } from 'node:dns';
import { type CredentialProvider, withCredential } from '@keyturn/core';
import { z } from 'zod';
import { networkFailure } from '../network/network-failure.ts';
import { type PinnedAnswer, pinnedGet } from '../network/pinned-get.ts';
import { isPublicAddress } from '../network/public-address.ts';
import { type Resolve, resolveHost } from '../network/resolve-host.ts';
import { statusFailure } from '../network/status-failure.ts';
import { ToolFailure } from '../tool-failure.ts';
import { line } from './input.ts';
import { defineTool } from './tool.ts';

export interface SecureFetchOptions {
  /** The origins that get the key. They may have private addresses; no other may. */
  readonly allowedOrigins: ReadonlySet<string>;
  /** For everything together, the name's resolution and the body included. Default 10 000. */
  readonly timeoutMs?: number;
  /** The largest body taken. Default 1 MiB. */
  readonly maxBytes?: number;
  readonly resolve?: Resolve;
  readonly isPublic?: (address: string) => boolean;
}

/**
 * GET any public address without the key, and the allowed origins with it. No redirect is followed: the
 * client is told where it leads and may ask for that, under the same rules.
 */
export function secureFetch(key: CredentialProvider, options: SecureFetchOptions) {
  const { allowedOrigins, timeoutMs = 10_000, maxBytes = 1_048_576 } = options;
  return defineTool({
    name: 'secure_fetch',
    title: 'Secure fetch',
    description: `Fetches a URL. The API key is sent only to: ${[...allowedOrigins].join(', ')}.`,
    input: z.object({ url: line(2_048).describe('An http or https URL') }),
    output: z.object({
      status: z.number(),
      keySent: z.boolean(),
      contentType: z.string(),
      location: z.string().optional(),
      body: z.string(),
    }),
    openWorld: true,
    async run({ url }, callerSignal) {
      const target = parseTarget(url);
      const keySent = allowedOrigins.has(target.origin);
      const signal = AbortSignal.any([callerSignal, AbortSignal.timeout(timeoutMs)]);
      try {
        const addresses = await checkedAddresses(target, keySent, options, signal);
        const get = (headers: Record<string, string>) => pinnedGet(target, addresses, { headers, maxBytes, signal });
        const answer = keySent ? await getWithKey(key, get, signal) : await get({});
        if (answer.status >= 400) throw statusFailure(target.host, answer.status, keySent ? key.name : undefined);
        return describe(answer, keySent);
      } catch (error) {
        throw networkFailure(error, target.host, signal);
      }
    },
  });
}

function parseTarget(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new ToolFailure('refused', 'this is no absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ToolFailure('refused', 'only http and https URLs are fetched');
  }
  if (url.username !== '' || url.password !== '') {
    throw new ToolFailure('refused', 'a URL must not carry credentials');
  }
  return url;
}

/** The only addresses the request may go to. All of the name's must pass, or none is used. */
async function checkedAddresses(
  url: URL,
  mayBePrivate: boolean,
  { resolve = resolveHost, isPublic = isPublicAddress }: SecureFetchOptions,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const addresses = await untilAborted(resolve(url.hostname), signal);
  if (!mayBePrivate && !addresses.every(({ address }) => isPublic(address))) {
    throw new ToolFailure('refused', `${url.hostname} is not on the public internet, and its origin is not allowed`);
  }
  if (addresses.length === 0) throw new ToolFailure('unreachable', `${url.hostname} has no address`);
  return addresses;
}

/** A name's resolution takes no signal; this ends the wait for it. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** A refused key is fetched anew and tried once more. */
function getWithKey(
  key: CredentialProvider,
  get: (headers: Record<string, string>) => Promise<PinnedAnswer>,
  signal: AbortSignal,
): Promise<PinnedAnswer> {
  return withCredential(key, ({ value }) => get({ authorization: `Bearer ${value.reveal()}` }), {
    isRejected: ({ value }) => (value as PinnedAnswer | undefined)?.status === 401,
    signal,
  });
}

function describe({ status, headers, body }: PinnedAnswer, keySent: boolean) {
  const { 'content-type': contentType = '', 'content-encoding': encoding, location } = headers;
  const readable = encoding === undefined && /^(text\/|application\/(.*\+)?(json|xml)\b)/.test(contentType);
  const text = readable ? body.toString('utf8') : '';
  const shown = readable ? text : `(${body.length} bytes that are not text)`;
  const sent = keySent ? 'with the API key' : 'without the API key: this origin is not allowed to have it';
  return {
    text: `HTTP ${status}, fetched ${sent}.${location === undefined ? '' : ` Redirects to ${location}.`}\n\n${shown}`,
    data: { status, keySent, contentType, ...(location !== undefined && { location }), body: text },
  };
}
