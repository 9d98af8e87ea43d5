/** A request as it was given to `fetch`, and what following its redirects by hand needs to know of it. */
export interface FetchRequest {
  /** Where it goes, as it was at the call: a URL object may be changed while the credential is awaited. */
  readonly url: URL;
  readonly given: Request | undefined;
  readonly init: RequestInit | undefined;
  /** As it is sent: `fetch` writes the usual ones in upper case. */
  readonly method: string;
  readonly headers: Headers;
  readonly redirect: Request['redirect'];
  readonly signal: AbortSignal | undefined;
  /** Whether it can be sent again. */
  readonly replayable: boolean;
}

/** @throws {TypeError} as `fetch` does, where the URL or a header is malformed */
export function fetchRequest(input: string | URL | Request, init: RequestInit | undefined): FetchRequest {
  const given = input instanceof Request ? input : undefined;
  const signal = init?.signal === undefined ? given?.signal : init.signal;
  return {
    url: new URL(given?.url ?? (input as string | URL)),
    given,
    init,
    method: normalized(init?.method ?? given?.method ?? 'GET'),
    headers: new Headers(init?.headers ?? given?.headers),
    redirect: init?.redirect ?? given?.redirect ?? 'follow',
    signal: signal ?? undefined,
    replayable: isReplayable(given, init?.body),
  };
}

function normalized(method: string): string {
  return /^(?:delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}

/** None, or anything but a stream. */
function isReplayable(given: Request | undefined, body: unknown): boolean {
  if (body === undefined || body === null) return !given?.body;
  if (typeof body === 'string' || body instanceof URLSearchParams || body instanceof FormData) return true;
  return body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
}
