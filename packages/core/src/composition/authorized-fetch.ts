import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import { revealText } from '../reveal-text.ts';
import type { Secret } from '../secret.ts';
import { fetchRequest } from './fetch-request.ts';
import { followRedirects } from './follow-redirects.ts';
import { withCredential } from './with-credential.ts';

export interface AuthorizedFetchOptions {
  /** The only origins that ever get the credential, e.g. `https://api.github.com`. */
  readonly allowedOrigins: readonly string[];
  /** The header that carries it. Default `authorization`. */
  readonly header?: string;
  /** What stands before it in the header; empty for the bare value. Default `Bearer`. */
  readonly scheme?: string;
  /** Sends the requests, e.g. through a proxy. Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof fetch;
}

/**
 * A `fetch` that adds the credential, for any SDK that takes one. A 401 makes the credential be fetched anew and the
 * request be repeated (see `withCredential`), unless its body is a stream, which cannot be sent twice; the body of a
 * `Request` is one, so give it in the second argument.
 *
 * Redirects are followed by hand: the credential goes only to `allowedOrigins`, and never again once a redirect has
 * left them. Rejects with `access_denied`, and sends nothing, where the request itself goes to another origin; with a
 * `CredentialError` where there is no credential; else as `fetch` does.
 * @throws {TypeError} where an allowed origin is none, or no header can have the name or scheme
 */
export function authorizedFetch(provider: CredentialProvider<Secret>, options: AuthorizedFetchOptions): typeof fetch {
  const { header = 'authorization', scheme = 'Bearer' } = options;
  const origins = new Set(options.allowedOrigins.map(originOf));
  new Headers([[header, scheme]]); // throws now rather than at the first request, where the error would quote the value

  return async (input, init) => {
    const request = fetchRequest(input, init);
    if (!origins.has(request.url.origin)) throw notAllowed(request.url.origin, provider.name);
    const send = options.fetch ?? fetch;
    let authorized = false;
    const wasRefused = (value: unknown) => authorized && (value as Response | undefined)?.status === 401;

    try {
      return await withCredential(
        provider,
        async (credential) => {
          const value = headerValue(credential, scheme, provider.name);
          const last = await followRedirects(send, request, { origins, name: header, value });
          authorized = last.authorized;
          if (!request.replayable && wasRefused(last.response)) reportRefusal(provider, credential);
          return last.response;
        },
        { isRejected: ({ value }) => request.replayable && wasRefused(value), signal: request.signal },
      );
    } catch (error) {
      request.signal?.throwIfAborted(); // callers of fetch expect the signal's own reason
      throw error;
    }
  };
}

/** For a request that cannot be repeated: the next one gets the new credential. Its failure is heard by event and status. */
function reportRefusal(provider: CredentialProvider<Secret>, credential: Credential<Secret>): void {
  provider.get({ rejected: credential }).catch(() => undefined);
}

function headerValue(credential: Credential<Secret>, scheme: string, source: string): string {
  const value = revealText(credential.value, source).trim();
  // Checked here because the error of `Headers` quotes the value.
  if (!/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) {
    const problem = value === '' ? 'is empty' : 'has characters that no HTTP header can carry';
    throw new CredentialError('invalid_response', `the secret ${problem}`, {
      source,
      hint: 'check that the stored secret is the bare key, without line breaks',
    });
  }
  return scheme === '' ? value : `${scheme} ${value}`;
}

/** The text is not quoted: a URL that is no origin may carry a password or a token. */
function originOf(text: string, index: number): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.origin === 'null' || url.href !== `${url.origin}/`) {
    throw new TypeError(
      `allowedOrigins[${index}] is no origin: scheme, host and port only, such as https://api.example.com`,
    );
  }
  return url.origin;
}

function notAllowed(origin: string, source: string): CredentialError {
  return new CredentialError('access_denied', `the credential may not be sent to ${origin}`, {
    source,
    hint: 'add the origin to allowedOrigins if the credential is meant for it',
  });
}
