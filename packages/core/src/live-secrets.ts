/**
 * Which secret values are alive in this process, so that a redactor can mask them without being told of each.
 *
 * A value is known from the moment `secret()` wraps it until `LINGER_MS` after the last `Secret` holding it
 * was garbage-collected: a header built from a replaced credential may still be on its way to a log by then.
 * Equal values are one entry, whether they came as text or as bytes.
 */

/** The default `overlapMs` of `refreshing`: as long as a replaced credential may still be in use. */
const LINGER_MS = 300_000;

/** No well-formed text starts like this (a lone surrogate), so binary values never share a key with text. */
const BINARY_KEY_PREFIX = '\udc00';

/** One live value. Bytes that are UTF-8 text are given as text. */
export interface LiveSecret {
  readonly value: string | Uint8Array;
  /** Counts up from 1, in the order in which values became live. */
  readonly serial: number;
}

interface Entry extends LiveSecret {
  readonly key: string;
  holders: number;
  /** Monotonic, ms; meaningful while no holder is left. */
  releasedAt: number;
}

const NONE: readonly LiveSecret[] = [];
const entries = new Map<string, Entry>();
/** Every entry by rising serial; dropped ones stay in it until they are half of it. */
let log: Entry[] = [];
let lastSerial = 0;
/** Entries without a holder, the longest released first. */
const released = new Set<Entry>();

const collected = new FinalizationRegistry<Entry>((entry) => {
  entry.holders -= 1;
  if (entry.holders === 0) {
    entry.releasedAt = performance.now();
    released.add(entry);
  }
  dropReleased();
});

/** Makes `value` live for as long as `holder` is reachable, and `LINGER_MS` longer. Does not copy bytes. */
export function trackSecret(holder: object, value: string | Uint8Array): void {
  const text = typeof value === 'string' ? value : textOf(value);
  const key = text ?? BINARY_KEY_PREFIX + binaryKey.decode(value as Uint8Array);
  let entry = entries.get(key);
  if (entry === undefined) {
    lastSerial += 1;
    entry = { key, value: text ?? value, serial: lastSerial, holders: 0, releasedAt: 0 };
    entries.set(key, entry);
    log.push(entry);
  } else if (entry.holders === 0) {
    released.delete(entry);
  }
  entry.holders += 1;
  collected.register(holder, entry);
}

/** The values that became live after the one with `serial`, oldest first; `0` asks for all. Takes as long as they are many. */
export function liveSecretsSince(serial: number): readonly LiveSecret[] {
  dropReleased();
  const known = log.findLastIndex((entry) => entry.serial <= serial);
  return known + 1 === log.length ? NONE : log.slice(known + 1).filter(isLive);
}

export function liveSecretCount(): number {
  return entries.size;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** One character per byte value, no two alike. */
const binaryKey = new TextDecoder('latin1');

function textOf(bytes: Uint8Array): string | undefined {
  const text = utf8.decode(bytes);
  return text.includes('\ufffd') ? undefined : text;
}

function isLive(entry: Entry): boolean {
  return entries.get(entry.key) === entry;
}

function dropReleased(): void {
  if (released.size === 0) return;
  const releasedBefore = performance.now() - LINGER_MS;
  for (const entry of released) {
    if (entry.releasedAt > releasedBefore) break;
    released.delete(entry);
    entries.delete(entry.key);
  }
  if (log.length > 2 * entries.size + 16) log = log.filter(isLive);
}
