import type { Clock } from '../clock.ts';
import type { Credential } from '../credential.ts';
import type { CredentialError } from '../credential-error.ts';
import { after, type Deadline, hasPassed, msUntil, readClock } from './deadline.ts';
import { refusedAgain } from './failure-handling.ts';
import { type Pause, pauseAfter } from './pacing.ts';

/** While the overlap lasts a refused credential is fetched again at least this often: its successor may come any moment. */
const LONGEST_PAUSE_MS = 5_000;

/** That a server refused a credential, until another one takes its place. */
export interface Refusal<V> {
  readonly credential: Credential<V>;
  since: Deadline;
  /** A server accepted the credential since. The pace of fetching it again stays: the next refusal may be near. */
  healed: boolean;
  /** Set when the source gave the same credential again. */
  pause?: Pause;
}

/**
 * Notes that the source gave the refused credential again, and answers the error to fail with: with `retryAfterMs` while
 * the overlap lasts, since a new one may still come.
 */
export function pauseRefused(
  refusal: Refusal<unknown>,
  source: string,
  clock: Clock,
  overlapMs: number,
): CredentialError {
  const limits = { minimumMs: 0, capMs: LONGEST_PAUSE_MS };
  const pause = pauseAfter(refusal.pause, refusedAgain(source, undefined), clock, limits);
  const isOver = hasPassed(after(refusal.since, overlapMs), clock);
  const error = isOver ? pause.error : refusedAgain(source, msUntil(pause.until, clock));
  refusal.pause = { ...pause, error };
  return error;
}

export function newRefusal<V>(credential: Credential<V>, clock: Clock): Refusal<V> {
  return { credential, since: readClock(clock), healed: false };
}
