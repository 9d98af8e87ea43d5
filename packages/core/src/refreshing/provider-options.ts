import { type Clock, systemClock } from '../clock.ts';
import type { CredentialEventListener } from '../credential-event.ts';

/** How a provider keeps its credential fresh. All times in milliseconds. */
export interface RefreshingOptions {
  /** How long a value without expiry counts as fresh. Default 300,000 (5 min). */
  readonly maxAgeMs?: number;
  /** How long before the end of its freshness a credential is refreshed in the background. Default 300,000 (5 min), and never more than a fifth of its lifetime. */
  readonly refreshAheadMs?: number;
  /** How long a `get` may take, retries included. Default 10,000. */
  readonly timeoutMs?: number;
  /**
   * How long past its freshness a value without expiry may be handed out while its source is unreachable, too slow,
   * rate limited or answers nonsense. Default 0: not at all.
   */
  readonly staleIfErrorMs?: number;
  /** How long the answer that a secret does not exist is remembered. Default 30,000. */
  readonly missingTtlMs?: number;
  /** How long a replaced credential stays in `previous()` and its lease unreleased, and how long a refused one is asked for again. Default 300,000 (5 min). */
  readonly overlapMs?: number;
  /** `status()` warns where the version is older than this. Default: never. */
  readonly rotateAfterMs?: number;
  /** Refresh by timer, even when nobody asks. Default: only credentials with a `lease`. */
  readonly keepFresh?: boolean;
  /** Default: `systemClock`. */
  readonly clock?: Clock;
  /** Hears every event of this provider. */
  readonly onEvent?: CredentialEventListener;
}

/** The options with their defaults, shared by all providers that were made from the same options object. */
export interface ProviderSettings {
  readonly maxAgeMs: number;
  readonly refreshAheadMs: number;
  readonly timeoutMs: number;
  readonly staleIfErrorMs: number;
  readonly missingTtlMs: number;
  readonly overlapMs: number;
  readonly rotateAfterMs: number;
  readonly keepFresh: boolean | undefined;
  readonly clock: Clock;
}

const FIVE_MINUTES_MS = 300_000;

const DEFAULTS: ProviderSettings = {
  maxAgeMs: FIVE_MINUTES_MS,
  refreshAheadMs: FIVE_MINUTES_MS,
  timeoutMs: 10_000,
  staleIfErrorMs: 0,
  missingTtlMs: 30_000,
  overlapMs: FIVE_MINUTES_MS,
  rotateAfterMs: Number.POSITIVE_INFINITY,
  keepFresh: undefined,
  clock: systemClock,
};

/** @throws {RangeError} where a time is negative or no number */
export function providerSettings(options: RefreshingOptions): ProviderSettings {
  if (Object.keys(options).length === 0) return DEFAULTS;
  const { onEvent: _, ...given } = options;
  for (const [name, value] of Object.entries(given)) {
    if (name.endsWith('Ms') && value !== undefined && !((value as number) >= 0)) {
      throw new RangeError(`${name} must be a number of milliseconds, 0 or more; got ${String(value)}`);
    }
  }
  const defined = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, ...defined };
}
