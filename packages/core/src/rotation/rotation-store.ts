import type { Secret } from '../secret.ts';

/** One stored version of a secret. */
export interface StoredVersion<V = Secret> {
  /** The store's own id of the version. Safe to log. */
  readonly version: string;
  readonly value: V;
}

/** Where a rotation stands, as the store remembers it. */
export interface RotationState<V = Secret> {
  /** What readers get. Absent: nothing was ever stored. */
  readonly current?: StoredVersion<V>;
  /** What readers got before; still to be revoked where `revokeAfter` is set. */
  readonly previous?: StoredVersion<V>;
  /** A rotation that was begun and neither promoted nor discarded. */
  readonly attempt?: {
    readonly id: string;
    /** The new version, once it is staged. */
    readonly staged?: StoredVersion<V>;
  };
  /** The previous version is still accepted by its service, and to be revoked after this moment. */
  readonly revokeAfter?: Date;
}

/**
 * The writable side of a secret store, as far as `rotate` needs it. Every write is idempotent: after a crash it is
 * simply made again. All of it may throw a `CredentialError`.
 */
export interface RotationStore<V = Secret> {
  /** Names the store in errors. Never a secret. */
  readonly name: string;
  read(): Promise<RotationState<V>>;
  /**
   * Remembers, before anything is issued, that `attemptId` is under way.
   * Answers the id that is: another one where an attempt was begun already.
   */
  begin(attemptId: string): Promise<string>;
  /**
   * Stores `value` beside the current version as the attempt's new one; readers do not see it.
   * @throws {CredentialError} `conflict` where another attempt is under way
   */
  stage(attemptId: string, value: V): Promise<void>;
  /**
   * Makes the staged version current, the current one previous and the attempt over, and remembers `revokeAfter`.
   * @throws {CredentialError} `conflict` where another attempt is under way
   */
  promote(attemptId: string, revokeAfter: Date): Promise<void>;
  /** Forgets the attempt and what it staged. */
  discard(attemptId: string): Promise<void>;
  /** Makes the previous version current again, and the current one previous and to be revoked after `revokeAfter`. */
  rollBack(revokeAfter: Date): Promise<void>;
  /** Remembers that the previous version is revoked. */
  finish(): Promise<void>;
}
