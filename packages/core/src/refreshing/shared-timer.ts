import type { Clock } from '../clock.ts';
import { type Deadline, hasPassed, msUntil } from './deadline.ts';

/** The longest sleep between two looks: a timer stands still while the machine sleeps, so the wall clock is polled. */
const LONGEST_SLEEP_MS = 60_000;
/** Tasks due within the same quarter second run together, so that their fetches can share a batch. */
const SHORTEST_SLEEP_MS = 250;

interface Task {
  readonly due: Deadline;
  readonly run: () => void;
}

export interface SharedTimer {
  /** Runs `run` once when `due` has passed; the answer cancels it. Does not keep the process alive. */
  schedule(due: Deadline, run: () => void): () => void;
}

const timers = new WeakMap<Clock, SharedTimer>();

/** One background timer per clock, for all providers of the process. */
export function sharedTimer(clock: Clock): SharedTimer {
  let timer = timers.get(clock);
  if (timer === undefined) {
    timer = createSharedTimer(clock);
    timers.set(clock, timer);
  }
  return timer;
}

function createSharedTimer(clock: Clock): SharedTimer {
  const tasks = new Set<Task>();
  let cancelTimer: (() => void) | undefined;
  let wakesAtMono = Number.POSITIVE_INFINITY;

  function sleepUntilNext(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    wakesAtMono = Number.POSITIVE_INFINITY;
    if (tasks.size === 0) return;
    let sleepMs = LONGEST_SLEEP_MS;
    for (const task of tasks) sleepMs = Math.min(sleepMs, msUntil(task.due, clock));
    arm(Math.max(sleepMs, SHORTEST_SLEEP_MS));
  }

  function arm(sleepMs: number): void {
    cancelTimer?.();
    wakesAtMono = clock.monotonic() + sleepMs;
    cancelTimer = clock.setTimer(wake, sleepMs, { background: true });
  }

  function wake(): void {
    const due = [...tasks].filter((task) => hasPassed(task.due, clock));
    for (const task of due) tasks.delete(task);
    for (const task of due) task.run();
    sleepUntilNext();
  }

  return {
    schedule(due, run) {
      const task: Task = { due, run };
      tasks.add(task);
      const sleepMs = Math.max(SHORTEST_SLEEP_MS, Math.min(LONGEST_SLEEP_MS, msUntil(due, clock)));
      if (clock.monotonic() + sleepMs < wakesAtMono) arm(sleepMs);
      return () => {
        tasks.delete(task);
      };
    },
  };
}
