/**
 * Which secret values are alive in this process, so that a redactor can mask them without being told of each.
 *
 * A value is known from the moment `secret()` wraps it until `LINGER_MS` after the last `Secret` holding it
 * was garbage-collected: a header built from a replaced credential may still be on its way to a log by then.
 */

/** The default `overlapMs` of `refreshing`: as long as a replaced credential may still be in use. */
const LINGER_MS = 300_000;

interface Entry {
  holders: number;
  /** Wall clock, ms since the epoch; set while no holder is left. */
  releasedAt: number;
}

const entries = new Map<string | Uint8Array, Entry>();
let revision = 0;

const holders = new FinalizationRegistry<string | Uint8Array>((value) => {
  const entry = entries.get(value);
  if (entry === undefined) return;
  entry.holders -= 1;
  entry.releasedAt = Date.now();
});

export function trackSecret(holder: object, value: string | Uint8Array): void {
  const entry = entries.get(value);
  if (entry === undefined) {
    entries.set(value, { holders: 1, releasedAt: 0 });
    revision += 1;
  } else {
    entry.holders += 1;
  }
  holders.register(holder, value);
}

/** Changes whenever a value was added or dropped, so a matcher knows when to rebuild. */
export function liveSecretsRevision(): number {
  dropReleased();
  return revision;
}

export function liveSecretValues(): Iterable<string | Uint8Array> {
  return entries.keys();
}

let lastSweep = 0;

function dropReleased(): void {
  const now = Date.now();
  if (now - lastSweep < 1_000) return;
  lastSweep = now;
  for (const [value, entry] of entries) {
    if (entry.holders > 0 || now - entry.releasedAt < LINGER_MS) continue;
    entries.delete(value);
    revision += 1;
  }
}
