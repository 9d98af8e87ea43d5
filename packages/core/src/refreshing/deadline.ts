import type { Clock } from '../clock.ts';

/**
 * A moment on both clocks. It has passed as soon as either says so: the wall clock catches a machine that slept
 * (its monotonic clock may have stood still), the monotonic clock catches a wall clock that was set back.
 */
export interface Deadline {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  /** Milliseconds on the monotonic clock. */
  readonly mono: number;
}

export const NEVER: Deadline = { wall: Number.POSITIVE_INFINITY, mono: Number.POSITIVE_INFINITY };

export function readClock(clock: Clock): Deadline {
  return { wall: clock.now(), mono: clock.monotonic() };
}

export function after(moment: Deadline, ms: number): Deadline {
  return { wall: moment.wall + ms, mono: moment.mono + ms };
}

export function hasPassed(deadline: Deadline, clock: Clock): boolean {
  return clock.now() >= deadline.wall || clock.monotonic() >= deadline.mono;
}

/** Milliseconds until the deadline by the clock that reaches it first; never negative. */
export function msUntil(deadline: Deadline, clock: Clock): number {
  return Math.max(0, Math.min(deadline.wall - clock.now(), deadline.mono - clock.monotonic()));
}

export function earlier(a: Deadline, b: Deadline): Deadline {
  return { wall: Math.min(a.wall, b.wall), mono: Math.min(a.mono, b.mono) };
}

export function later(a: Deadline, b: Deadline): Deadline {
  return { wall: Math.max(a.wall, b.wall), mono: Math.max(a.mono, b.mono) };
}

/**
 * A deadline for a wall-clock date read between two moments. The wall clock may have been set in between, so the
 * remaining time is the smaller of what the two moments say.
 */
export function atDate(date: Date, before: Deadline, afterwards: Deadline): Deadline {
  const wall = date.getTime();
  return { wall, mono: Math.min(before.mono + wall - before.wall, afterwards.mono + wall - afterwards.wall) };
}
