import { NOT_RUN } from './backends/src/not-run.ts';

/** What a whole run came to, counted from its results. */
export interface Tally {
  readonly passed: number;
  /** Failed tests, and what failed outside of a test: a file that did not load, a hook, an unhandled error. */
  readonly failed: number;
  readonly skipped: number;
  /** Tests whose backend could not be had, by the reason. */
  readonly notRun: ReadonlyMap<string, number>;
}

/** One result as {@link tally} counts it; `note` is what the test said when it skipped itself. */
export type Outcome =
  | { readonly state: 'passed' | 'failed' }
  | { readonly state: 'skipped'; readonly note?: string | undefined };

/** A run in which nothing ran has failed: a mistyped path must not look like a success. */
export function tally(outcomes: Iterable<Outcome>): Tally {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const notRun = new Map<string, number>();
  for (const outcome of outcomes) {
    const reason =
      outcome.state === 'skipped' && outcome.note?.startsWith(NOT_RUN) && outcome.note.slice(NOT_RUN.length);
    if (reason) notRun.set(reason, (notRun.get(reason) ?? 0) + 1);
    else counts[outcome.state] += 1;
  }
  const nothingRan = counts.passed + counts.failed + notRun.size === 0;
  return { ...counts, failed: nothingRan ? 1 : counts.failed, notRun };
}

/** The closing lines of `npm test`; the last is the machine-readable one. */
export function tallyLines({ passed, failed, skipped, notRun }: Tally): string[] {
  const reasons = [...notRun].map(([reason, count]) => `${count} not run (${reason})`);
  return [...reasons, `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`];
}
