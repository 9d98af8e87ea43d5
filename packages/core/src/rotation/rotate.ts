import { type Clock, systemClock } from '../clock.ts';
import { CredentialError, isCredentialError } from '../credential-error.ts';
import { isRetryable } from '../refreshing/failure-handling.ts';
import type { Secret } from '../secret.ts';
import type { RotationState, RotationStore } from './rotation-store.ts';

export interface RotateOptions<V = Secret> {
  readonly store: RotationStore<V>;
  /**
   * Makes a new credential at the service. Must be idempotent by `attemptId`: called again with the same id, after a
   * crash, it answers the same credential or replaces the one it made, so that none is left that nobody holds.
   */
  readonly issue: (request: { readonly attemptId: string; readonly current: V | undefined }) => Promise<V>;
  /** Throws where the service does not accept the new credential. */
  readonly verify: (value: V) => Promise<void>;
  /** Ends a credential at the service. Must be idempotent: one that is gone already is no error. */
  readonly revoke: (value: V) => Promise<void>;
  /** How long the replaced credential stays valid for those who still hold it, ms. Default 300,000 (5 min). */
  readonly overlapMs?: number;
  /** Default: `systemClock`. */
  readonly clock?: Clock;
}

export interface RotateResult {
  /** `rotated`: there is a new version. `waiting`: the last one's overlap is not over yet, so nothing was begun. */
  readonly outcome: 'rotated' | 'waiting';
  /** From here on the next call revokes the replaced credential; absent where there was none. */
  readonly revokeAfter?: Date;
}

const DEFAULT_OVERLAP_MS = 300_000;

/**
 * Rotates a stored credential: create, verify, promote; the replaced one is revoked by the next call after the overlap.
 *
 * Each step is remembered in the store before the next begins. After a crash anywhere the next call goes on from there:
 * no version is lost, and no key is left at the service that nobody holds. Two runs at once go on with one attempt.
 *
 * @throws {CredentialError} of the store; `conflict` where another run took over
 * @throws whatever `issue`, `verify` or `revoke` throws. A new credential that `verify` refuses is revoked and
 *   discarded; where `verify` merely could not reach the service, the next call goes on with it
 */
export async function rotate<V = Secret>(options: RotateOptions<V>): Promise<RotateResult> {
  const { store, overlapMs = DEFAULT_OVERLAP_MS, clock = systemClock } = options;
  const state = await store.read();
  if (state.revokeAfter !== undefined) {
    if (clock.now() < state.revokeAfter.getTime()) return { outcome: 'waiting', revokeAfter: state.revokeAfter };
    await revokePrevious(options, state);
  }
  const attempt = (await verifiedLeftover(options, state)) ?? (await newAttempt(options, state));
  const revokeAfter = new Date(clock.now() + overlapMs);
  await store.promote(attempt, revokeAfter);
  return { outcome: 'rotated', ...(state.current !== undefined && { revokeAfter }) };
}

/** The attempt of an earlier run whose staged version the service accepts; one that it refuses is dropped. */
async function verifiedLeftover<V>(
  options: RotateOptions<V>,
  { attempt }: RotationState<V>,
): Promise<string | undefined> {
  if (attempt?.staged === undefined) return undefined;
  try {
    await verifyOrDiscard(options, attempt.id, attempt.staged.value);
    return attempt.id;
  } catch (error) {
    // The earlier run may have died between revoking it and discarding it: this one starts over.
    if (mayPass(error)) throw error;
    return undefined;
  }
}

/** Begins an attempt, or goes on with one that was begun and staged nothing. */
async function newAttempt<V>(options: RotateOptions<V>, { current }: RotationState<V>): Promise<string> {
  const attemptId = await options.store.begin(crypto.randomUUID());
  await verifyOrDiscard(options, attemptId, await issueAndStage(options, attemptId, current?.value));
  return attemptId;
}

async function issueAndStage<V>(options: RotateOptions<V>, attemptId: string, current: V | undefined): Promise<V> {
  const value = await options.issue({ attemptId, current });
  try {
    await options.store.stage(attemptId, value);
  } catch (error) {
    // Another run's attempt took this one's place: it will never be resumed, so its key must go now.
    if (isCredentialError(error, 'conflict')) await options.revoke(value);
    throw error;
  }
  return value;
}

async function verifyOrDiscard<V>(options: RotateOptions<V>, attemptId: string, value: V): Promise<void> {
  try {
    await options.verify(value);
  } catch (error) {
    if (mayPass(error)) throw error;
    // In this order: a crash in between leaves the key's only handle in the store.
    await options.revoke(value);
    await options.store.discard(attemptId);
    throw error;
  }
}

/** The service was not reached, so it did not refuse either. */
function mayPass(error: unknown): boolean {
  return error instanceof CredentialError && isRetryable(error);
}

async function revokePrevious<V>({ store, revoke }: RotateOptions<V>, { previous }: RotationState<V>): Promise<void> {
  if (previous === undefined) {
    throw new CredentialError('conflict', 'the replaced version is gone from the store before it was revoked', {
      source: store.name,
      hint: 'revoke the replaced credential at its service by hand, then call finish() of the store',
    });
  }
  await revoke(previous.value);
  await store.finish();
}
