import {
  type Credential,
  type CredentialProvider,
  type CredentialSource,
  type FetchContext,
  isCredentialError,
  isSecret,
  type ReferenceScheme,
  type Secret,
  secret,
  withCredential,
} from '@keyturn/core';
import { requestJson } from '@keyturn/core/http';
import { CODES, HINTS, invalidName, malformed, notConfigured } from './acme-error.ts';

export interface AcmeOptions {
  /** Where the service listens, e.g. `https://acme.example.com`. Without it `fetch` throws `not_configured`. */
  readonly address?: string | undefined;
  /** What to log in with: a secret, or a provider of one that is rotated. Without it `fetch` throws `not_configured`. */
  readonly token?: Secret | CredentialProvider | undefined;
  /** Milliseconds until the whole answer must be there. Default 10,000. */
  readonly timeoutMs?: number;
  /** Sends the requests: through a proxy, with a CA of its own. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface AcmeClient {
  /**
   * The newest version of the secret `name`. `fetch` throws the codes of `@keyturn/core/http`, and `unreachable` while
   * the service is locked; an error of the token's own provider passes through.
   * @throws {CredentialError} `invalid_reference` where `name` cannot be one
   */
  secret(name: string): CredentialSource;
  /** Lets `references()` understand `acme://NAME` and `acme://NAME#field`. */
  readonly scheme: ReferenceScheme;
}

/** As the service's API documents it. No slash and no leading dot: a name never reaches beyond its place in the URL. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Credentials from Acme Secrets. Nothing is asked for until a source is fetched. */
export function acme(options: AcmeOptions): AcmeClient {
  const named = (name: string) => sourceOf(name, options);
  return {
    secret: named,
    scheme: { scheme: 'acme', source: ({ segments }) => named(segments.join('/')) },
  };
}

function sourceOf(name: string, { address, token, ...http }: AcmeOptions): CredentialSource {
  if (!NAME.test(name)) throw invalidName();
  const source = `acme:${name}`;
  return {
    name: source,
    async fetch(context) {
      if (address === undefined) throw notConfigured('address', source);
      if (token === undefined) throw notConfigured('token', source);
      const url = `${address.replace(/\/+$/, '')}/v1/secrets/${name}`;
      const answer = await withToken(token, context.signal, (bearer) => {
        const headers = { authorization: `Bearer ${bearer.reveal()}` };
        return requestJson({ ...http, url, headers, source, signal: context.signal, codes: CODES, hints: HINTS });
      });
      return toCredential(answer.body, name, source, context);
    },
  };
}

/** A token that the service refuses is fetched anew, once it has been rotated; a fixed one is final. */
function withToken<R>(
  token: Secret | CredentialProvider,
  signal: AbortSignal,
  use: (token: Secret) => Promise<R>,
): Promise<R> {
  if (isSecret(token)) return use(token);
  const isRejected = ({ error }: { readonly error?: unknown }) => isCredentialError(error, 'unauthenticated');
  return withCredential(token, ({ value }) => use(value), { signal, isRejected });
}

/** The answer is `{"value": text, "version": number, "expiresAt": ISO 8601 or null}`. */
function toCredential(body: unknown, name: string, source: string, { clock }: FetchContext): Credential {
  const { value, version, expiresAt }: Record<string, unknown> = Object(body);
  if (typeof value !== 'string') throw malformed('value', source);
  if (typeof version !== 'number') throw malformed('version', source);
  return {
    value: secret(value),
    version: String(version),
    ...(expiresAt !== null && { expiresAt: toDate(expiresAt, source) }),
    origin: { adapter: 'acme', reference: `acme://${name}`, fetchedAt: new Date(clock.now()) },
  };
}

function toDate(text: unknown, source: string): Date {
  const date = new Date(typeof text === 'string' ? text : Number.NaN);
  if (Number.isNaN(date.getTime())) throw malformed('expiresAt', source);
  return date;
}
