import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { liveSecretCount, liveSecretsSince, trackSecret } from '../src/live-secrets.ts';
import { collected, until } from './collected.ts';

const LINGER_MS = 300_000;

// Once for all tests: a monotonic clock does not go back between them.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterAll(() => {
  vi.useRealTimers();
});

test('a value is live while one of its holders is', async () => {
  const { value, holders } = tracked(2);
  await collected(holders, 1);
  vi.advanceTimersByTime(10 * LINGER_MS);
  await collected(comeAndGo(100));
  expect(isLive(value)).toBe(true);
  expect(holders).toHaveLength(1);
});

test('a value is live for five minutes after its last holder was collected', async () => {
  const { value, holders } = tracked(2);
  await collected(holders, 0);
  vi.advanceTimersByTime(LINGER_MS - 1);
  expect(isLive(value)).toBe(true);
  vi.advanceTimersByTime(2);
  expect(isLive(value)).toBe(false);
});

test('a value that gets a holder again is live for as long as that one', async () => {
  const { value, holders } = tracked(1);
  await collected(holders, 0);
  vi.advanceTimersByTime(LINGER_MS - 1);
  const again = {};
  trackSecret(again, value);
  vi.advanceTimersByTime(10 * LINGER_MS);
  await collected(comeAndGo(100));
  expect(isLive(value)).toBe(true);
  expect(again).toEqual({});
});

test('a value released twice is live for five minutes after the second time', async () => {
  const { value, holders } = tracked(1);
  await collected(holders, 0);
  vi.advanceTimersByTime(LINGER_MS / 2);
  holders.push(holderOf(value));
  await collected(holders, 0);
  vi.advanceTimersByTime(LINGER_MS - 1);
  expect(isLive(value)).toBe(true);
  vi.advanceTimersByTime(2);
  expect(isLive(value)).toBe(false);
});

test('a value that was dropped is new when it comes back', async () => {
  const { value, holders } = tracked(1);
  await collected(holders, 0);
  vi.advanceTimersByTime(LINGER_MS + 1);
  const serial = lastSerial();
  const again = holderOf(value);
  expect(liveSecretsSince(serial).map((live) => live.value)).toEqual([value]);
  expect(again).toEqual({});
});

test('equal values are one, as text and as bytes', () => {
  const text = randomBytes(24).toString('base64');
  const binary = Uint8Array.of(0xff, 0xfe, ...randomBytes(24));
  const before = liveSecretCount();
  const holders = [text, Buffer.from(text), binary, Uint8Array.from(binary)].map(holderOf);
  expect(liveSecretCount()).toBe(before + 2);
  expect(holders).toHaveLength(4);
});

test('bytes that differ only where they are no text are two', () => {
  const before = liveSecretCount();
  const holders = [Uint8Array.of(0xff, 1, 2), Uint8Array.of(0xfe, 1, 2)].map(holderOf);
  expect(liveSecretCount()).toBe(before + 2);
  expect(holders).toHaveLength(2);
});

test('only values new since a serial are told, in order', () => {
  const serial = lastSerial();
  const values = Array.from({ length: 3 }, () => randomBytes(12).toString('hex'));
  const holders = values.map(holderOf);
  expect(liveSecretsSince(serial).map((live) => live.value)).toEqual(values);
  expect(liveSecretsSince(lastSerial())).toEqual([]);
  expect(holders).toHaveLength(3);
});

test('nothing is left of a hundred thousand values that came and went', async () => {
  const before = liveSecretCount();
  comeAndGo(100_000);
  await until(() => {
    vi.advanceTimersByTime(LINGER_MS);
    return liveSecretsSince(0).length < before + 10;
  });
  expect(liveSecretsSince(0)).toHaveLength(liveSecretCount());
}, 30_000);

test('nothing keeps the bytes of values that are gone', async () => {
  const bytes = Array.from({ length: 100 }, () => new WeakRef(Uint8Array.of(0xff, ...randomBytes(24))));
  await collected(bytes.map((reference) => holderOf(reference.deref()!)));
  vi.advanceTimersByTime(LINGER_MS + 1);
  expect(liveSecretsSince(lastSerial())).toEqual([]);
  await until(() => bytes.every((reference) => reference.deref() === undefined));
});

function holderOf(value: string | Uint8Array): object {
  const holder = {};
  trackSecret(holder, value);
  return holder;
}

function tracked(count: number): { value: string; holders: object[] } {
  const value = randomBytes(24).toString('hex');
  return { value, holders: Array.from({ length: count }, () => holderOf(value)) };
}

/** Other values come and go. */
function comeAndGo(count: number): object[] {
  return Array.from({ length: count }, (_, index) => holderOf(`${index} ${Math.random()}`));
}

function isLive(value: string): boolean {
  return liveSecretsSince(0).some((live) => live.value === value);
}

function lastSerial(): number {
  return liveSecretsSince(0).at(-1)?.serial ?? 0;
}
