import type { Reporter, TestModule, TestSuite } from 'vitest/node';
import { type Outcome, type Tally, tally } from './tally.ts';

/** Counts a run for the closing line; until the run has ended it counts as one failure. */
export class TallyReporter implements Reporter {
  result: Tally = tally([]);

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    this.result = tally(outcomes(modules, unhandledErrors.length));
  }
}

function* outcomes(modules: ReadonlyArray<TestModule>, unhandledErrors: number): Generator<Outcome> {
  for (const module of modules) {
    yield* failuresOutsideTests(module);
    for (const suite of module.children.allSuites()) yield* failuresOutsideTests(suite);
    for (const test of module.children.allTests()) {
      const result = test.result();
      // A test that never finished is one whose worker died: it did not pass.
      yield result.state === 'pending' ? { state: 'failed' } : result;
    }
  }
  for (let error = 0; error < unhandledErrors; error += 1) yield { state: 'failed' };
}

/** A file that does not load or a hook that throws has errors of its own, next to those of its tests. */
function* failuresOutsideTests(suite: TestModule | TestSuite): Generator<Outcome> {
  if (suite.errors().length > 0) yield { state: 'failed' };
}
