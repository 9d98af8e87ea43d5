import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import type { Secret } from '../secret.ts';
import { followRedirects, isReplayable } from './follow-redirects.ts';
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
 * request be repeated (see `withCredential`), unless its body is a stream, which cannot be sent twice.
 *
 * Redirects are followed by hand: the credential goes only to `allowedOrigins`, and never again once a redirect has
 * left them. Rejects with `access_denied`, and sends nothing, where the request itself goes to another origin.
 * @throws {TypeError} where an allowed origin is none
 */
export function authorizedFetch(provider: CredentialProvider<Secret>, options: AuthorizedFetchOptions): typeof fetch {
  const { header = 'authorization', scheme = 'Bearer' } = options;
  const origins = new Set(options.allowedOrigins.map(originOf));

  return async (input, init) => {
    const { origin } = new URL(input instanceof Request ? input.url : input);
    if (!origins.has(origin)) throw notAllowed(origin, provider.name);
    const repeatable = isReplayable(input, init);
    let authorized = false;
    const wasRefused = (value: unknown) => authorized && (value as Response | undefined)?.status === 401;

    return withCredential(
      provider,
      async (credential) => {
        const headers = { name: header, value: headerValue(credential, scheme, provider.name) };
        const last = await followRedirects(options.fetch ?? fetch, { input, init }, { origins, ...headers });
        authorized = last.authorized;
        if (!repeatable && wasRefused(last.response)) reportRefusal(provider, credential);
        return last.response;
      },
      {
        isRejected: ({ value }) => repeatable && wasRefused(value),
        signal: init?.signal ?? (input instanceof Request ? input.signal : undefined),
      },
    );
  };
}

/** For a request that cannot be repeated: the next one gets the new credential. Its failure is heard by event and status. */
function reportRefusal(provider: CredentialProvider<Secret>, credential: Credential<Secret>): void {
  provider.get({ rejected: credential }).catch(() => undefined);
}

function headerValue(credential: Credential<Secret>, scheme: string, source: string): string {
  const value = credential.value.reveal();
  // Checked here because the error of `Headers` quotes the value.
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value.trim())) {
    throw new CredentialError('invalid_response', 'the secret has characters that no HTTP header can carry', {
      source,
      hint: 'check that the stored secret is the bare key, without line breaks',
    });
  }
  return scheme === '' ? value.trim() : `${scheme} ${value.trim()}`;
}

function originOf(text: string): string {
  const { origin, pathname, search, hash } = new URL(text);
  if (origin === 'null' || `${pathname}${search}${hash}` !== '/') {
    throw new TypeError(
      `an allowed origin is scheme, host and port only, such as https://api.example.com; got ${text}`,
    );
  }
  return origin;
}

function notAllowed(origin: string, source: string): CredentialError {
  return new CredentialError('access_denied', `the credential may not be sent to ${origin}`, {
    source,
    hint: 'add the origin to allowedOrigins if the credential is meant for it',
  });
}
