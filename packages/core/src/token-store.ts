import type { Secret } from './secret.ts';

/**
 * What a store keeps of one token family (issuer + client id + account): opaque to the store.
 * The first generation is 1; each write adds one; a deletion is a generation of its own.
 */
export interface StoredTokens {
  readonly generation: number;
  /** The serialised tokens; absent where the family was deleted (a tombstone: generations never restart). */
  readonly data?: Secret;
}

/** Who may spend the refresh token of one generation. */
export interface Claim {
  readonly family: string;
  readonly generation: number;
  /** SHA-256 of the refresh token, hex. The same token in a new generation can be claimed again. */
  readonly digest: string;
  /** Opaque id of the claimant, another one for each attempt to refresh. */
  readonly owner: string;
}

/**
 * - granted: the claimant, and nobody else ever, may send this token.
 * - `held`: somebody else holds it, or gave it back with a `retryAt` that has not come yet. Where `owner` is the
 *   claimant itself, an earlier claim was granted and its answer lost.
 * - `superseded`: the generation is not the newest one, or the newest one is a deletion. Read again.
 */
export type ClaimResult =
  | { readonly granted: true; readonly claim: Claim }
  | {
      readonly granted: false;
      readonly reason: 'held';
      readonly owner: string;
      /** When the holder claimed it, or gave it back with a `retryAt`. */
      readonly since: Date;
      /** Shared backoff: the holder's request was surely not sent or was refused for now; claimable from here on. */
      readonly retryAt?: Date;
    }
  | {
      readonly granted: false;
      readonly reason: 'superseded';
      /** The newest generation; 0 where the family was never written. */
      readonly generation: number;
    };

/**
 * Where token families live, on one machine or many. Every call may throw a `CredentialError`: `unreachable` or
 * `timed_out` where the store cannot be asked (the write may have happened all the same), `aborted`, and
 * `invalid_response` where what is stored makes no sense. A record that cannot be read is never taken for a missing one.
 *
 * Calls of one process or of many may run at once; each is atomic. `tokenStoreConformance` of
 * `@keyturn/core/conformance` proves all that is promised here.
 */
export interface TokenStore {
  /** Names the store in errors and events. Never a secret. */
  readonly name: string;
  /**
   * The newest generation, tombstones included; `undefined` where the family was never written.
   * A family's name is any text; names that differ in any character are different families.
   */
  read(family: string, options?: { readonly signal?: AbortSignal }): Promise<StoredTokens | undefined>;
  /**
   * Writes generation `expected + 1` if the newest one is `expected` (0 where there is none), and drops the claims
   * of older generations with their backoff. `next` absent writes a tombstone; empty data is no tombstone.
   * Answers the new generation's number, or `undefined` where somebody else wrote first; then nothing has changed.
   * What it acknowledges it keeps, whatever crashes. A crash in between leaves the old generation or the new one, whole.
   */
  compareAndSwap(family: string, expected: number, next: Secret | undefined): Promise<number | undefined>;
  /**
   * Claims a refresh token of the newest generation. At most one claimant is ever granted a generation and digest,
   * not even the same owner twice; a claim of the newest generation never expires, whatever becomes of its owner.
   * Different digests of one generation are claimed independently.
   */
  claim(claim: Claim): Promise<ClaimResult>;
  /**
   * Gives a claim back, only where the request was surely not sent, or was answered 429 or 503. From `retryAt` on
   * (default: at once) one claimant may be granted it again. Ignored unless `claim`, owner included, is held now.
   */
  unclaim(claim: Claim, options?: { readonly retryAt?: Date }): Promise<void>;
}
