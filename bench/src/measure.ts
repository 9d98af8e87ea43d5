import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** The figure, with its unit. */
  readonly result: string;
  /** What it was measured against, in the same run. */
  readonly against: string;
  /** The aim, where there is one. */
  readonly aim?: string;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Runs the alternatives in turn, A B A B ..., so that a change of the machine's speed meets all of them, and answers the
 * median of each.
 */
export async function medians<N extends string>(
  rounds: number,
  alternatives: Readonly<Record<N, () => number | Promise<number>>>,
): Promise<Record<N, number>> {
  const names = Object.keys(alternatives) as N[];
  const samples = new Map(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) samples.get(name)?.push(await alternatives[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<N, number>;
}

/** Milliseconds that `run` takes. */
export async function elapsedMs(run: () => unknown): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

export const round = (value: number, digits = 1): string => value.toFixed(digits);

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** What the heap holds once everything unreachable is gone, in bytes. */
export function heapInUse(): number {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}
