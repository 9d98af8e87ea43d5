import type { Secret } from '@keyturn/core';
import { watchDirectory } from './directory-watch.ts';
import { watchPoints } from './watch-points.ts';

/** Reads what the credential would be now; rejects where the file is gone or half-written. */
export type ReadContent = () => Promise<string | Uint8Array>;

export interface ReplacementWatch {
  /**
   * The signal for the credential that holds `value`: aborts once a reading gives another value. It ends by itself when
   * that happened, or when nobody holds the signal any more. `undefined` where nothing can be watched here.
   */
  guard(value: Secret): AbortSignal | undefined;
  /** Ends a watch that guards nothing. */
  stop(): void;
}

interface Guarded {
  readonly controller: AbortController;
  readonly value: Secret;
}

interface Watch {
  readonly path: string;
  readonly read: ReadContent;
  stops: readonly (() => void)[];
  stopped: boolean;
  touched: boolean;
  checking: boolean;
  signal?: WeakRef<AbortSignal>;
}

/**
 * A watcher of the system reaches its `Watch`, so a `Watch` must not reach the credential: its listeners hold the
 * application's whole provider. The controller and the value live exactly as long as the signal, which the
 * credential holds.
 */
const guarded = new WeakMap<AbortSignal, Guarded>();
const collected = new FinalizationRegistry<Watch>(stop);

/**
 * Watches what decides which bytes `path` names, from before the first reading on, so that no replacement is missed
 * between the reading and the watch.
 *
 * Contents are compared rather than times: a Kubernetes volume is swapped as a whole when any of its files changes, and
 * a touched or rewritten file must not disturb anybody. A file that is gone, empty or in the middle of an edit
 * replaces nothing; the next event or the next fetch tells.
 */
export async function watchForReplacement(path: string, read: ReadContent): Promise<ReplacementWatch> {
  const watch: Watch = { path, read, stops: [], stopped: false, touched: false, checking: false };
  await arm(watch);
  return {
    guard: (value) => guard(watch, value),
    stop: () => stop(watch),
  };
}

async function arm(watch: Watch): Promise<void> {
  const points = await watchPoints(watch.path);
  const watches = await Promise.all(
    points.map(({ directory, name }) =>
      watchDirectory(directory, (changed) => {
        if (changed === undefined || changed === name) touch(watch);
      }),
    ),
  );
  // The new ones are there before the old ones go, so that a directory watched by both keeps its watcher.
  const previous = watch.stops;
  watch.stops = watches.filter((stopOne) => stopOne !== undefined);
  for (const stopOne of previous) stopOne();
  if (watch.stopped) stop(watch);
}

function stop(watch: Watch): void {
  watch.stopped = true;
  for (const stopOne of watch.stops) stopOne();
  watch.stops = [];
}

function guard(watch: Watch, value: Secret): AbortSignal | undefined {
  if (watch.stops.length === 0) return undefined;
  const controller = new AbortController();
  const { signal } = controller;
  guarded.set(signal, { controller, value });
  collected.register(signal, watch);
  watch.signal = new WeakRef(signal);
  if (watch.touched) void check(watch);
  return signal;
}

function touch(watch: Watch): void {
  watch.touched = true;
  if (watch.signal !== undefined && !watch.checking && !watch.stopped) void check(watch);
}

/** Never rejects: nobody waits for it. */
async function check(watch: Watch): Promise<void> {
  watch.checking = true;
  while (watch.touched && !watch.stopped) {
    watch.touched = false;
    await arm(watch); // links may lead elsewhere by now
    await abortIfReplaced(watch);
  }
  watch.checking = false;
}

async function abortIfReplaced(watch: Watch): Promise<void> {
  const signal = watch.signal?.deref();
  const held = signal && guarded.get(signal);
  if (held === undefined) return stop(watch);
  const current = await watch.read().catch(() => undefined); // gone or half-written: there is nothing better to fetch
  if (current === undefined || sameContent(held.value, current)) return;
  stop(watch);
  held.controller.abort();
}

/** Whether `value` holds just this text or these bytes. */
export function sameContent(value: Secret, content: string | Uint8Array): boolean {
  return Buffer.from(value.revealBytes()).equals(Buffer.from(content));
}
