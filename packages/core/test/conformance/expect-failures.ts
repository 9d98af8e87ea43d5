import { afterAll, describe, expect, test } from 'vitest';
import { sourceConformance } from '../../src/conformance/source-conformance.ts';
import type { SourceHarness } from '../../src/conformance/source-harness.ts';
import type { CredentialValue } from '../../src/credential.ts';
import type { BrokenSource } from './broken-source.ts';
import { recordingRunner } from './recording-runner.ts';
import { type ReferenceBackend, referenceBackend } from './reference-backend.ts';
import { referenceHarness } from './reference-harness.ts';

/** Some broken sources run into the limit of a fetch; a good one takes some milliseconds. */
const fetchTimeoutMs = 2_000;

/** Runs the whole suite and expects exactly these tests to fail. */
export async function expectFailures<V extends CredentialValue>(
  harness: SourceHarness<V>,
  fails: readonly string[],
): Promise<void> {
  const { runner, run } = recordingRunner();
  sourceConformance(runner, { ...harness, fetchTimeoutMs });
  const { passed, failed } = await run();
  expect(failed.map(({ title }) => title).sort()).toEqual([...fails].sort());
  expect(passed.length).toBeGreaterThan(30);
}

/** One test for each way to break a source. */
export async function findsBrokenSources(broken: Readonly<Record<string, BrokenSource>>): Promise<void> {
  const backend = await referenceBackend();
  afterAll(() => backend[Symbol.asyncDispose]());
  describe('sourceConformance finds a source that', () => {
    for (const [title, { make, fails }] of Object.entries(broken)) {
      test(title, { timeout: 30_000 }, () => expectFailures(brokenHarness(backend, make), fails));
    }
  });
}

function brokenHarness(backend: ReferenceBackend, make: BrokenSource['make']): SourceHarness {
  const harness = referenceHarness(backend);
  return {
    ...harness,
    async source(item, address) {
      const good = await harness.source(item, address);
      const value = () => backend.get(item)?.reveal() ?? '';
      return make({ good, item, address, value, token: backend.token.reveal() });
    },
  };
}
