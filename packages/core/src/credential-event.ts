import type { CredentialError } from './credential-error.ts';

interface EventBase {
  /** Name of the source. */
  readonly source: string;
  /** When it happened. */
  readonly at: Date;
}

/**
 * What happened to a credential; never carries a value.
 *
 * - `fetched`: the source answered. `outcome` says what that changed.
 * - `fetch_failed`: an attempt failed. `background`: nobody waited for it.
 * - `rejected`: a caller reported that a server refused the current credential.
 * - `stale_served`: a value past its freshness was handed out because of `error`.
 * - `superseded`: the source reported that the credential in hand is no longer good.
 * - `schema_refused`: a new value broke its schema and was dropped; the old one stays.
 * - `released`, `release_failed`: a lease was given back, or could not be.
 */
export type CredentialEvent =
  | (EventBase & {
      readonly type: 'fetched';
      readonly outcome: 'first' | 'replaced' | 'renewed' | 'unchanged';
      readonly durationMs: number;
      readonly version?: string;
      readonly expiresAt?: Date;
    })
  | (EventBase & {
      readonly type: 'fetch_failed';
      readonly background: boolean;
      readonly durationMs: number;
      readonly failures: number;
      readonly error: CredentialError;
    })
  | (EventBase & { readonly type: 'rejected'; readonly version?: string })
  | (EventBase & { readonly type: 'stale_served'; readonly ageMs: number; readonly error: CredentialError })
  | (EventBase & { readonly type: 'superseded'; readonly version?: string })
  | (EventBase & { readonly type: 'schema_refused'; readonly error: CredentialError })
  | (EventBase & { readonly type: 'released' })
  | (EventBase & { readonly type: 'release_failed'; readonly error: CredentialError });

export type CredentialEventListener = (event: CredentialEvent) => void;
