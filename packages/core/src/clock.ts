/** Time, injectable. Tests use `fakeClock()` of `@keyturn/core/conformance`. */
export interface Clock {
  /** Wall clock: milliseconds since the epoch. May jump either way. */
  now(): number;
  /** Monotonic clock: milliseconds from an arbitrary start. Never goes back; may stand still while the machine sleeps. */
  monotonic(): number;
  /**
   * Calls `callback` once after `delayMs`, at most `MAX_TIMER_MS`; the answer cancels it.
   * A background timer does not keep the process alive.
   */
  setTimer(callback: () => void, delayMs: number, options?: { readonly background?: boolean }): () => void;
}

/** The longest delay a timer takes (2^31 - 1 ms); a longer one would fire at once in Node. */
export const MAX_TIMER_MS = 2_147_483_647;

/** The real time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(callback, delayMs, options) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS));
    if (options?.background === true) (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer);
  },
};
