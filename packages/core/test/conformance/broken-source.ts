import type { Credential } from '../../src/credential.ts';
import { CredentialError, type CredentialErrorCode, isCredentialError } from '../../src/credential-error.ts';
import type { CredentialSource, FetchContext } from '../../src/credential-source.ts';
import { secret } from '../../src/secret.ts';

/** What a broken source is made of: one that is not, and what only a harness knows. */
export interface Parts {
  readonly good: CredentialSource;
  readonly item: string;
  readonly address: string;
  /** The value served, as text. */
  readonly value: () => string;
  /** What it logs in with, as text. */
  readonly token: string;
}

export interface BrokenSource {
  readonly make: (parts: Parts) => CredentialSource;
  /** The titles of the tests that must fail: these and no others. */
  readonly fails: readonly string[];
}

export type Fetch = CredentialSource['fetch'];

export const fetchingBy = (make: (parts: Parts) => Fetch) => (parts: Parts) => ({ ...parts.good, fetch: make(parts) });

/** A source whose failures are turned into something else. */
export const failingBy = (instead: (error: CredentialError, parts: Parts) => unknown) =>
  fetchingBy((parts) => async (context) => {
    try {
      return await parts.good.fetch(context);
    } catch (error) {
      if (!isCredentialError(error)) throw error;
      const other = instead(error, parts);
      if (other instanceof Error) throw other;
      return other as Credential;
    }
  });

/** A source whose credentials are turned into others. */
export const yielding = (
  change: (credential: Credential, context: FetchContext, parts: Parts) => Partial<Credential>,
) =>
  fetchingBy((parts) => async (context) => {
    const credential = await parts.good.fetch(context);
    return { ...credential, ...change(credential, context, parts) };
  });

export const withText = (change: (text: string) => string) =>
  yielding(({ value }) => ({ value: secret(change(Buffer.from(value.revealBytes()).toString('latin1'))) }));

export const like = (error: CredentialError, more: { message?: string; hint?: string; cause?: unknown }) =>
  new CredentialError(error.code, more.message ?? error.message, {
    source: error.source,
    retryAfterMs: error.retryAfterMs,
    hint: more.hint ?? error.hint,
    cause: more.cause,
  });

export const wrongCode = (right: CredentialErrorCode, wrong: CredentialErrorCode) =>
  failingBy((error) =>
    error.code === right ? new CredentialError(wrong, error.message, { ...error, hint: 'look' }) : error,
  );

export function remembering(code: CredentialErrorCode) {
  return fetchingBy(({ good }) => {
    let remembered: unknown;
    return async (context) => {
      if (remembered !== undefined) throw remembered;
      try {
        return await good.fetch(context);
      } catch (error) {
        if (isCredentialError(error, code)) remembered = error;
        throw error;
      }
    };
  });
}
