import { afterAll, describe, expect, test } from 'vitest';
import { sourceConformance } from '../../src/conformance/source-conformance.ts';
import type { SourceHarness } from '../../src/conformance/source-harness.ts';
import type { CredentialValue } from '../../src/credential.ts';
import { wrongFailures } from './broken-failures.ts';
import { wrongMemories } from './broken-memory.ts';
import { wrongLeases } from './broken-minting.ts';
import { leaks } from './broken-secrecy.ts';
import { wrongCredentials } from './broken-values.ts';
import { recordingRunner } from './recording-runner.ts';
import { referenceBackend } from './reference-backend.ts';
import { mintingHarness, referenceHarness } from './reference-harness.ts';
import { mintingSource } from './reference-source.ts';

const backend = await referenceBackend();
afterAll(() => backend[Symbol.asyncDispose]());

/** Some wait for the limit of a fetch; a good one takes some milliseconds. */
const fetchTimeoutMs = 2_000;

async function expectFailures<V extends CredentialValue>(harness: SourceHarness<V>, fails: readonly string[]) {
  const { runner, run } = recordingRunner();
  sourceConformance(runner, { ...harness, fetchTimeoutMs });
  const { passed, failed } = await run();
  expect(failed.map(({ title }) => title).sort()).toEqual([...fails].sort());
  expect(passed.length).toBeGreaterThan(30);
}

describe('sourceConformance finds a source that', () => {
  for (const [title, { make, fails }] of Object.entries({
    ...wrongFailures,
    ...leaks,
    ...wrongMemories,
    ...wrongCredentials,
  })) {
    test(title, { timeout: 30_000 }, async () => {
      const harness = referenceHarness(backend);
      const source = async (item: string, address: string) => {
        const good = await harness.source(item, address);
        const value = () => backend.get(item)?.reveal() ?? '';
        return make({ good, item, address, value, token: backend.token.reveal() });
      };
      await expectFailures({ ...harness, source }, fails);
    });
  }

  for (const [title, { make, fails }] of Object.entries(wrongLeases)) {
    test(title, { timeout: 30_000 }, async () => {
      const source = (item: string, address: string) => {
        const good = mintingSource(item, address, backend.token);
        return { ...good, ...make(good) };
      };
      await expectFailures({ ...mintingHarness(backend), source }, fails);
    });
  }
});
