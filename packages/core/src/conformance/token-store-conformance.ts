import { type CapabilityReport, collector } from './capabilities.ts';
import type { Runner } from './runner.ts';
import { claimTests } from './token-store-claim-tests.ts';
import type { TokenStoreCapability, TokenStoreHarness } from './token-store-harness.ts';
import { hookTests } from './token-store-hook-tests.ts';
import { modelTests } from './token-store-model-tests.ts';
import { recordTests } from './token-store-record-tests.ts';
import { unclaimTests } from './token-store-unclaim-tests.ts';
import { inStoreWorld, type StoreTest } from './token-store-world.ts';
import { tombstoneTests, writeTests } from './token-store-write-tests.ts';

const tests: readonly StoreTest[] = [
  ...writeTests,
  ...tombstoneTests,
  ...claimTests,
  ...unclaimTests,
  ...recordTests,
  ...hookTests,
  ...modelTests,
];

/** The model test makes some thousand calls, each of which may go to a disk. */
const TEST_TIMEOUT_MS = 60_000;

/**
 * Proves that a store keeps the contract of `TokenStore`, in a `describe` of its own, as `sourceConformance` does
 * for a source.
 */
export function tokenStoreConformance(runner: Runner, harness: TokenStoreHarness): CapabilityReport {
  const { report, test } = collector<TokenStoreCapability>(runner, {
    suite: 'token-store',
    name: harness.name,
    inapplicable: harness.inapplicable ?? {},
    testTimeoutMs: TEST_TIMEOUT_MS,
  });
  runner.describe(`token store: ${harness.name}`, () => {
    for (const { capability, title, body } of tests) test(capability, title, () => inStoreWorld(harness, body));
  });
  return report;
}
