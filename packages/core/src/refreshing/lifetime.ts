import type { Credential } from '../credential.ts';
import { after, atDate, type Deadline, earlier, later, NEVER } from './deadline.ts';

/** When a credential in hand should be asked for again, when it stops being fresh and when it is dead. */
export interface Lifetime {
  /** From here on it is refreshed in the background. */
  readonly soft: Deadline;
  /** From here on it is handed out only where `staleIfErrorMs` allows it. */
  readonly fresh: Deadline;
  /** From here on it is never handed out. */
  readonly hard: Deadline;
  /** How long before `fresh` the refresh begins, ms. */
  readonly aheadMs: number;
}

export interface LifetimeOptions {
  readonly maxAgeMs: number;
  readonly refreshAheadMs: number;
}

/** The largest share of a lifetime spent in the refresh window, so that a 60 s token is not refreshed all the time. */
const AHEAD_SHARE = 0.2;
/** Spreads the refreshes of many processes over the last part of the window. */
const JITTER_SHARE = 0.1;
/** A `refreshAt` that is past or absurdly near waits at least this long, or a quarter of the lifetime if that is less. */
const MIN_REFRESH_INTERVAL_MS = 30_000;
const MIN_REFRESH_INTERVAL_SHARE = 0.25;

/** `asked` and `arrived` are the moments before and after the fetch: expiry counts from before it. */
export function lifetimeOf(
  credential: Credential<unknown>,
  options: LifetimeOptions,
  asked: Deadline,
  arrived: Deadline,
): Lifetime {
  const hard = credential.expiresAt === undefined ? NEVER : atDate(credential.expiresAt, asked, arrived);
  const fresh = credential.expiresAt === undefined ? after(asked, options.maxAgeMs) : hard;
  const freshMs = Math.max(0, fresh.mono - arrived.mono);
  const aheadMs = Math.min(options.refreshAheadMs, freshMs * AHEAD_SHARE);
  const scheduled = after(fresh, -aheadMs * (1 + JITTER_SHARE * Math.random()));
  return { soft: earlier(scheduled, hintedRefresh(credential, freshMs, asked, arrived)), fresh, hard, aheadMs };
}

function hintedRefresh(credential: Credential<unknown>, freshMs: number, asked: Deadline, arrived: Deadline): Deadline {
  if (credential.refreshAt === undefined) return NEVER;
  const minimum = Math.min(MIN_REFRESH_INTERVAL_MS, freshMs * MIN_REFRESH_INTERVAL_SHARE);
  return later(atDate(credential.refreshAt, asked, arrived), after(arrived, minimum));
}
