import { fixedSource, refreshing, secret } from '@keyturn/core';
import { elapsedMs, heapInUse, medians, type Row, round } from './measure.ts';

const CALLS = 300_000;
const ROUNDS = 9;
/** So many that what the compiler allocates for itself does not show. */
const UNAWAITED_CALLS = 10_000_000;

/** `provider.get()` while the credential is fresh, against awaiting a promise that is settled already. */
export async function freshGet(): Promise<Row[]> {
  const provider = refreshing(fixedSource(secret('a-fresh-value')));
  const settled = provider.get();
  const perCall = (ms: number) => (ms / CALLS) * 1e6;
  const times = await medians(ROUNDS, {
    settled: () => elapsedMs(() => repeat(() => settled)),
    clock: () => elapsedMs(() => repeat(() => (Date.now() > 0 ? settled : undefined))),
    clocks: () => elapsedMs(() => repeat(() => (Date.now() > 0 && performance.now() > 0 ? settled : undefined))),
    get: () => elapsedMs(() => repeat(() => provider.get())),
  });
  const ratio = (ms: number) => `${round(ms / times.settled, 2)}x`;
  return [
    {
      what: 'provider.get() while fresh',
      result: `${round(perCall(times.get))} ns, ${ratio(times.get)}`,
      against: `awaiting a settled promise: ${round(perCall(times.settled))} ns; with one clock read ${ratio(times.clock)}, with both ${ratio(times.clocks)}`,
      aim: 'within 2x',
    },
    {
      what: 'bytes allocated by a fresh get()',
      result: `${bytesPerGet(() => provider.get())} B`,
      against: '0 B',
      aim: '0 B',
    },
  ];
}

async function repeat(call: () => unknown): Promise<void> {
  for (let i = 0; i < CALLS; i += 1) await call();
}

/** Calls without awaiting, since `await` itself allocates. */
function bytesPerGet(call: () => unknown): number {
  for (let i = 0; i < UNAWAITED_CALLS; i += 1) call();
  const before = heapInUse();
  for (let i = 0; i < UNAWAITED_CALLS; i += 1) call();
  return Math.max(0, Math.round((process.memoryUsage().heapUsed - before) / UNAWAITED_CALLS));
}
