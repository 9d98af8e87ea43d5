import { type Clock, MAX_TIMER_MS } from '../clock.ts';

/** A timer that has not fired yet. */
export interface PendingTimer {
  /** Milliseconds until it is due. */
  readonly dueInMs: number;
  /** It does not keep the process alive. */
  readonly background: boolean;
}

/** A clock that moves only when told to. */
export interface FakeClock extends Clock {
  /**
   * Moves wall and monotonic clock together and fires the timers that come due, in order, each at its own time.
   * Between timers, and at the end, waits until the promises, immediates and I/O callbacks that are ready have run.
   * `advance(0)` only settles. What a callback throws, `advance` throws.
   */
  advance(ms: number): Promise<void>;
  /** Somebody sets the clock: only the wall clock moves, either way. Fires nothing. */
  jumpWall(ms: number): void;
  /** The laptop sleeps: the wall clock moves on, the monotonic clock and the timers stand still. Fires nothing. */
  sleepMachine(ms: number): void;
  /** The timers set and neither fired nor cancelled, the next one first. */
  pendingTimers(): readonly PendingTimer[];
}

export interface FakeClockOptions {
  /** Wall clock at the start: milliseconds since the epoch. Default: 2030-01-01T00:00:00Z. */
  readonly now?: number;
}

interface Timer {
  readonly callback: () => void;
  readonly dueAt: number;
  readonly background: boolean;
}

/** A `Clock` for tests: time passes only by `advance`, `jumpWall` and `sleepMachine`. */
export function fakeClock(options: FakeClockOptions = {}): FakeClock {
  let wall = options.now ?? Date.UTC(2030, 0, 1);
  let elapsed = 0;
  const timers = new Set<Timer>();
  // The sort is stable and a Set keeps insertion order: of two timers due at once the older one fires first.
  const byDueTime = () => [...timers].sort((a, b) => a.dueAt - b.dueAt);

  const moveTo = (target: number) => {
    wall += target - elapsed;
    elapsed = target;
  };

  return {
    now: () => wall,
    monotonic: () => elapsed,
    setTimer(callback, delayMs, timerOptions) {
      const delay = Math.min(Math.max(delayMs, 0), MAX_TIMER_MS);
      const timer = { callback, dueAt: elapsed + delay, background: timerOptions?.background === true };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`advance() goes forward only, got ${ms}; jumpWall() sets the clock back`);
      const target = elapsed + ms;
      await settle();
      for (let [next] = byDueTime(); next !== undefined && next.dueAt <= target; [next] = byDueTime()) {
        timers.delete(next);
        moveTo(Math.max(next.dueAt, elapsed));
        next.callback();
        await settle();
      }
      moveTo(Math.max(target, elapsed));
    },
    jumpWall(ms) {
      wall += ms;
    },
    sleepMachine(ms) {
      if (!(ms >= 0)) throw new RangeError(`a machine sleeps forward only, got ${ms}`);
      wall += ms;
    },
    pendingTimers: () => byDueTime().map(({ dueAt, background }) => ({ dueInMs: dueAt - elapsed, background })),
  };
}

/** Turns of the event loop: one drains every promise chain; the others let what those started (streams, sockets) run. */
const TURNS = 3;

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
