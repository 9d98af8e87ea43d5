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
  /** Opaque id of the claimant. */
  readonly owner: string;
}

export type ClaimResult =
  | { readonly granted: true; readonly claim: Claim }
  | {
      readonly granted: false;
      readonly owner: string;
      /** When the holder claimed it, or gave it back with a `retryAt`. */
      readonly since: Date;
      /** Shared backoff: the holder's request was surely not sent or was refused for now; claimable from here on. */
      readonly retryAt?: Date;
    };

/**
 * Where token families live, on one machine or many. Every call may throw a `CredentialError`
 * (`unreachable`, `timed_out`, `conflict`, `invalid_response`).
 */
export interface TokenStore {
  readonly name: string;
  /** The newest generation, tombstones included; `undefined` where the family was never written. */
  read(family: string, options?: { readonly signal?: AbortSignal }): Promise<StoredTokens | undefined>;
  /**
   * Writes generation `expected + 1` if the newest one is `expected` (0 where there is none), and drops the claims
   * of older generations. `next` absent writes a tombstone.
   * Answers the new generation's number, or `undefined` where somebody else wrote first.
   * What it acknowledges it keeps.
   */
  compareAndSwap(family: string, expected: number, next: Secret | undefined): Promise<number | undefined>;
  /**
   * Claims the refresh token of the newest generation. At most one claimant is ever granted a generation and digest;
   * a claim of the newest generation never expires. A claim on an older generation is refused.
   */
  claim(claim: Claim): Promise<ClaimResult>;
  /** Gives a claim back, only where the request was surely not sent, or was answered 429 or 503. */
  unclaim(claim: Claim, options?: { readonly retryAt?: Date }): Promise<void>;
}
