import type { Credential } from './credential.ts';
import type { CredentialError } from './credential-error.ts';
import type { CredentialEventListener } from './credential-event.ts';
import type { Secret } from './secret.ts';

export interface GetRequest<V = Secret> {
  /** Ends this caller's wait with code `aborted`; the shared fetch goes on for the others. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The credential that a server has just refused. If it is still the current one, a new one is fetched (once
   * for all callers); if it is an older one, the current one is given at once.
   */
  readonly rejected?: Credential<V> | undefined;
}

/**
 * - `pending`: nothing fetched yet.
 * - `fresh`: the credential in hand may be used.
 * - `stale`: past its freshness or refused, handed out because the source does not answer (`staleIfErrorMs`).
 * - `failing`: no usable credential, and the last attempt failed.
 * - `disposed`: given back.
 */
export type CredentialState = 'pending' | 'fresh' | 'stale' | 'failing' | 'disposed';

/** How a provider is doing, without any value. Safe to log and to serve. */
export interface CredentialStatus {
  readonly source: string;
  readonly state: CredentialState;
  /** Milliseconds since the credential in hand was fetched. */
  readonly ageMs?: number;
  readonly version?: string;
  readonly createdAt?: Date;
  readonly expiresAt?: Date;
  /** When the next refresh is due; at the next `get()` after it, or by timer where `keepFresh` is on. */
  readonly nextRefreshAt?: Date;
  /** The version is older than `rotateAfterMs`: somebody should rotate it. */
  readonly rotationOverdue?: true;
  /** Attempts that failed in a row since the last success. */
  readonly failures: number;
  readonly lastError?: CredentialError;
}

/** What an application holds: one credential that stays fresh. Only core builds these. */
export interface CredentialProvider<V = Secret> extends AsyncDisposable {
  /** The name of the source. */
  readonly name: string;
  /**
   * The credential, fetched where there is no usable one.
   * @throws {CredentialError} where there is none to be had
   */
  get(request?: GetRequest<V>): Promise<Credential<V>>;
  /**
   * The text of the secret: `(await get()).value.reveal()`.
   * @throws {CredentialError} as `get`; `invalid_response` where the value is a record
   */
  reveal(): Promise<string>;
  /** The usable credential in hand, if any. Never fetches. */
  current(): Credential<V> | undefined;
  /** The one that `current()` replaced, for `overlapMs` after that and while it is not expired. */
  previous(): Credential<V> | undefined;
  status(): CredentialStatus;
  /** Hears every event from now on; the answer ends it. */
  subscribe(listener: CredentialEventListener): () => void;
}
