import type { Clock } from '../clock.ts';
import type { CredentialError } from '../credential-error.ts';
import { after, type Deadline, hasPassed, msUntil, readClock } from './deadline.ts';

/** First pause between two attempts at most this long; it doubles with each failure in a row. */
const BASE_MS = 200;
const CAP_MS = 60_000;

/** A run of failures, and from when on the next attempt is allowed. */
export interface Pause {
  readonly failures: number;
  readonly error: CredentialError;
  readonly until: Deadline;
}

/**
 * Exponential backoff with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015),
 * at least as long as `minimumMs`, which carries a Retry-After or the time a missing secret is remembered for.
 */
export function pauseAfter(
  previous: Pause | undefined,
  error: CredentialError,
  clock: Clock,
  limits: { readonly minimumMs: number; readonly capMs?: number },
): Pause {
  const failures = (previous?.failures ?? 0) + 1;
  const ceiling = Math.min(limits.capMs ?? CAP_MS, BASE_MS * 2 ** Math.min(failures - 1, 30));
  const waitMs = Math.max(limits.minimumMs, Math.random() * ceiling);
  return { failures, error, until: after(readClock(clock), waitMs) };
}

export function isPaused(pause: Pause | undefined, clock: Clock): pause is Pause {
  return pause !== undefined && !hasPassed(pause.until, clock);
}

export function pauseLeftMs(pause: Pause, clock: Clock): number {
  return msUntil(pause.until, clock);
}
