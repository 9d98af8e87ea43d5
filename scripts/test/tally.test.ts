import { describe, expect, test } from 'vitest';
import { NOT_RUN } from '../backends/src/not-run.ts';
import { type Outcome, tally, tallyLines } from '../tally.ts';

const passed: Outcome = { state: 'passed' };
const failed: Outcome = { state: 'failed' };
const skipped: Outcome = { state: 'skipped' };

function notRun(reason: string): Outcome {
  return { state: 'skipped', note: `${NOT_RUN}${reason}` };
}

describe('the closing lines of a test run', () => {
  test('count what passed and what failed on the last line', () => {
    expect(tallyLines(tally([passed, passed, failed]))).toEqual(['2 passed, 1 failed']);
  });

  test('mention skipped tests after the failed ones', () => {
    expect(tallyLines(tally([passed, skipped]))).toEqual(['1 passed, 0 failed, 1 skipped']);
  });

  test('put tests without their backend on lines of their own, by reason', () => {
    const outcomes = [passed, notRun('vault: no binary'), notRun('localstack: no Python'), notRun('vault: no binary')];
    expect(tallyLines(tally(outcomes))).toEqual([
      '2 not run (vault: no binary)',
      '1 not run (localstack: no Python)',
      '1 passed, 0 failed',
    ]);
  });

  test('tell a run without tests as a failure', () => {
    expect(tallyLines(tally([]))).toEqual(['0 passed, 1 failed']);
    expect(tallyLines(tally([skipped]))).toEqual(['0 passed, 1 failed, 1 skipped']);
  });
});
