/** A request as it was given to `fetch`. */
export interface FetchArguments {
  readonly input: string | URL | Request;
  readonly init: RequestInit | undefined;
}

/** The header with the credential, and who may get it. */
export interface GuardedHeader {
  readonly origins: ReadonlySet<string>;
  readonly name: string;
  readonly value: string;
}

export interface LastHop {
  readonly response: Response;
  /** Whether this response answers a request that carried the credential. */
  readonly authorized: boolean;
}

/** The Fetch standard's limit. */
const MAX_REDIRECTS = 20;
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
/** What a redirect to another origin must not carry on: the caller's own credentials. */
const CROSS_ORIGIN_HEADERS = ['authorization', 'cookie', 'proxy-authorization'];
/** What describes a body, and goes with it. */
const BODY_HEADERS = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type'];

/** A body that can be sent again: none, or anything but a stream. */
export function isReplayable(input: string | URL | Request, init: RequestInit | undefined): boolean {
  const body: unknown = init?.body;
  if (body === undefined || body === null) return !(input instanceof Request) || input.body === null;
  if (typeof body === 'string' || body instanceof URLSearchParams || body instanceof FormData) return true;
  return body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
}

/**
 * Sends a request and follows its redirects as the Fetch standard does, except that the guarded header is added at
 * each hop to an allowed origin, until a redirect leaves them.
 */
export async function followRedirects(
  send: typeof fetch,
  request: FetchArguments,
  guarded: GuardedHeader,
): Promise<LastHop> {
  const mode = request.init?.redirect ?? (request.input instanceof Request ? request.input.redirect : 'follow');
  let hop = firstHop(request, guarded);
  for (let redirects = 0; ; redirects += 1) {
    const response = await sendHop(send, request, hop);
    const location = REDIRECT_STATUSES.has(response.status) ? response.headers.get('location') : null;
    if (location === null || mode === 'manual') return { response, authorized: hop.authorized };
    await response.body?.cancel();
    if (mode === 'error') throw new TypeError(`unexpected redirect from ${hop.url.origin}`);
    if (redirects === MAX_REDIRECTS) throw new TypeError(`more than ${MAX_REDIRECTS} redirects from ${hop.url.origin}`);
    hop = nextHop(hop, response.status, location, guarded);
  }
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: RequestInit['body'];
  readonly replayable: boolean;
  readonly authorized: boolean;
  readonly first: boolean;
}

function firstHop({ input, init }: FetchArguments, guarded: GuardedHeader): Hop {
  const given = input instanceof Request ? input : undefined;
  const headers = new Headers(init?.headers ?? given?.headers);
  headers.set(guarded.name, guarded.value);
  return {
    url: new URL(given?.url ?? (input as string | URL)),
    method: (init?.method ?? given?.method ?? 'GET').toUpperCase(),
    headers,
    body: init?.body,
    replayable: isReplayable(input, init),
    authorized: true,
    first: true,
  };
}

function sendHop(send: typeof fetch, { input, init }: FetchArguments, hop: Hop): Promise<Response> {
  const { headers } = hop;
  if (hop.first) return send(input, { ...init, headers, redirect: 'manual' });
  const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
  return send(hop.url, { ...init, signal, method: hop.method, headers, body: hop.body ?? null, redirect: 'manual' });
}

function nextHop(hop: Hop, status: number, location: string, guarded: GuardedHeader): Hop {
  const url = new URL(location, hop.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError(`redirect to a ${url.protocol} URL`);
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
