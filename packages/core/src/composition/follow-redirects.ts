import type { FetchRequest } from './fetch-request.ts';

/** The header with the credential, and who may get it. */
interface GuardedHeader {
  readonly origins: ReadonlySet<string>;
  readonly name: string;
  readonly value: string;
}

interface LastHop {
  readonly response: Response;
  /** Whether this response answers a request that carried the credential. */
  readonly authorized: boolean;
}

/** The Fetch standard's limit. */
const MAX_REDIRECTS = 20;
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
/** What a redirect to another origin must not carry on: the caller's own credentials, and the name of the old host. */
const CROSS_ORIGIN_HEADERS = ['authorization', 'cookie', 'host', 'proxy-authorization'];
/** What describes a body, and goes with it. */
const BODY_HEADERS = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type'];

/**
 * Sends a request and follows its redirects as the Fetch standard does, except that the guarded header is added at
 * each hop to an allowed origin, until a redirect leaves them.
 */
export async function followRedirects(
  send: typeof fetch,
  request: FetchRequest,
  guarded: GuardedHeader,
): Promise<LastHop> {
  let hop = firstHop(request, guarded);
  for (let redirects = 0; ; redirects += 1) {
    const response = await sendHop(send, request, hop);
    const location = REDIRECT_STATUSES.has(response.status) ? response.headers.get('location') : null;
    if (location === null || request.redirect === 'manual') return { response, authorized: hop.authorized };
    await response.body?.cancel();
    if (request.redirect === 'error') throw new TypeError(`unexpected redirect from ${hop.url.origin}`);
    if (redirects === MAX_REDIRECTS) throw new TypeError(`more than ${MAX_REDIRECTS} redirects from ${hop.url.origin}`);
    hop = nextHop(hop, response.status, location, guarded);
  }
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: NonNullable<RequestInit['body']> | null;
  readonly replayable: boolean;
  readonly authorized: boolean;
  readonly first: boolean;
}

function firstHop({ url, method, init, replayable, ...request }: FetchRequest, guarded: GuardedHeader): Hop {
  const headers = new Headers(request.headers);
  headers.set(guarded.name, guarded.value);
  return { url, method, headers, body: init?.body ?? null, replayable, authorized: true, first: true };
}

function sendHop(send: typeof fetch, { given, init, signal }: FetchRequest, hop: Hop): Promise<Response> {
  const { headers, method } = hop;
  const common = { ...init, headers, redirect: 'manual' } as const;
  if (hop.first) return send(given ?? hop.url.href, common);
  return send(hop.url.href, { ...common, method, body: hop.body, signal: signal ?? null });
}

function nextHop(hop: Hop, status: number, location: string, guarded: GuardedHeader): Hop {
  const url = redirectTarget(location, hop.url);
  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST';
  if (!becomesGet && !hop.replayable) throw new TypeError('a redirect asks for a body that cannot be sent again');

  const headers = new Headers(hop.headers);
  if (url.origin !== hop.url.origin) for (const name of CROSS_ORIGIN_HEADERS) headers.delete(name);
  headers.delete(guarded.name);
  const authorized = hop.authorized && guarded.origins.has(url.origin);
  if (authorized) headers.set(guarded.name, guarded.value);
  if (!becomesGet) return { ...hop, url, headers, authorized, first: false };
  for (const name of BODY_HEADERS) headers.delete(name);
  return { url, method: 'GET', headers, body: null, replayable: true, authorized, first: false };
}

function redirectTarget(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TypeError(`a redirect from ${from.origin} leads to no HTTP URL`);
}
