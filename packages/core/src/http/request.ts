import { abortError } from '../abort-error.ts';
import { CredentialError, type CredentialErrorCode } from '../credential-error.ts';
import { networkError } from './network-error.ts';
import { discard, readBody } from './read-body.ts';
import { HINTS } from './status-code.ts';
import { statusError } from './status-error.ts';

export interface HttpRequest {
  /** Absolute, without user name and password. Only its origin shows in errors. */
  readonly url: string | URL;
  /** Default: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Names the source in errors. */
  readonly source: string;
  /** Ends the request, its answer included, with code `aborted` (or `timed_out`, where its reason is a deadline). */
  readonly signal?: AbortSignal;
  /** Milliseconds until the whole answer must be there; past it: `timed_out`. Default 10000. */
  readonly timeoutMs?: number;
  /** The longest answer taken, in bytes after decompression; longer: `invalid_response`. Default 1 MiB. */
  readonly maxBytes?: number;
  /** Sends the request: a proxy, a CA, a client certificate. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Statuses that are answers, not errors, for the caller to read. 2xx always are. */
  readonly accept?: readonly number[];
  /** Codes for statuses that mean something else at this backend than `STATUS_CODES` says. */
  readonly codes?: Readonly<Record<number, CredentialErrorCode>>;
  /** What to do next, by code, where the adapter knows better. */
  readonly hints?: Readonly<Partial<Record<CredentialErrorCode, string>>>;
}

export interface HttpAnswer<B> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: B;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_BYTES = 1_048_576;

/**
 * Sends one request and reads the whole answer. Never retries, never follows a redirect, and puts nothing of the
 * request's headers or of the answer's body into an error.
 *
 * @throws {CredentialError} by status as in `STATUS_CODES`, with `retryAfterMs` where the backend says it;
 *   `unreachable` without a connection; `timed_out`, `aborted`; `invalid_response` for a redirect or an answer that
 *   is too long or broken; `invalid_reference` for a URL that cannot be requested; `unauthenticated` for a header that
 *   HTTP cannot carry
 */
export async function request(options: HttpRequest): Promise<HttpAnswer<Uint8Array>> {
  const { source, signal } = options;
  const throwIfAborted = () => {
    if (signal?.aborted === true) throw abortError(signal, source);
  };
  throwIfAborted();
  const url = parseUrl(options);
  const headers = buildHeaders(options);
  const what = `${options.method ?? 'GET'} ${url.origin}`;
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    return await orAborted(ended, exchange({ options, url, headers, what, signal: ended }));
  } catch (error) {
    throwIfAborted();
    if (deadline.aborted) throw timedOut(what, timeoutMs, options);
    throw error instanceof CredentialError ? error : networkError(error, what, source);
  }
}

/**
 * As `request`, for an answer in JSON, whatever its content type says.
 * @throws {CredentialError} also `invalid_response` where the answer is no JSON in UTF-8; the text is not quoted
 */
export async function requestJson(options: HttpRequest): Promise<HttpAnswer<unknown>> {
  const answer = await request({ ...options, headers: { accept: 'application/json', ...options.headers } });
  try {
    return { ...answer, body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body)) };
  } catch {
    // What the parser says is dropped on purpose: it quotes the text.
    throw new CredentialError('invalid_response', `HTTP ${answer.status} brought ${kindOf(answer)} instead of JSON`, {
      source: options.source,
      hint: options.hints?.invalid_response ?? HINTS.invalid_response,
    });
  }
}

function kindOf({ headers, body }: HttpAnswer<Uint8Array>): string {
  if (body.length === 0) return 'nothing';
  return /^text\/html\b/i.test(headers.get('content-type') ?? '') ? 'a page of HTML' : 'something else';
}

interface Exchange {
  readonly options: HttpRequest;
  readonly url: URL;
  readonly headers: Headers;
  readonly what: string;
  readonly signal: AbortSignal;
}

async function exchange({ options, url, headers, what, signal }: Exchange): Promise<HttpAnswer<Uint8Array>> {
  const send = options.fetch ?? fetch;
  const body = options.body === undefined ? {} : { body: options.body as NonNullable<RequestInit['body']> };
  const init = { method: options.method ?? 'GET', headers, ...body, signal };
  const response = await send(url, { ...init, redirect: 'manual' });
  const { status } = response;
  if (!response.ok && options.accept?.includes(status) !== true) {
    await discard(response);
    throw statusError(response, { url, what, options });
  }
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  return { status, headers: response.headers, body: await readBody(response, maxBytes, options.source) };
}

function timedOut(what: string, timeoutMs: number, { source, hints }: HttpRequest): CredentialError {
  const hint = hints?.timed_out ?? HINTS.timed_out;
  return new CredentialError('timed_out', `${what} gave no full answer within ${timeoutMs} ms`, { source, hint });
}

function parseUrl({ url, source }: HttpRequest): URL {
  const parsed = URL.parse(String(url));
  const refuse = (why: string) =>
    new CredentialError('invalid_reference', `the address ${why}`, { source, hint: 'write it as https://host:port' });
  if (parsed === null) throw refuse('is no absolute URL');
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') throw refuse('is neither https: nor http:');
  if (parsed.username !== '' || parsed.password !== '') throw refuse('contains a user name or password');
  return parsed;
}

function buildHeaders({ headers = {}, source }: HttpRequest): Headers {
  const built = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    try {
      built.set(name, value);
    } catch {
      // What is thrown quotes the value, which may be a token.
      throw new CredentialError('unauthenticated', `the value for the header ${name} cannot be sent over HTTP`, {
        source,
        hint: 'look for a line break or a character beyond Latin-1 in the secret it is made of',
      });
    }
  }
  return built;
}

/** Ends with the signal even where an injected `fetch` does not heed it. */
async function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort!);
  }
}
