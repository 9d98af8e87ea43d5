import type { CredentialValue } from '../credential.ts';
import type { Secret } from '../secret.ts';
import { type CapabilityReport, collector } from './capabilities.ts';
import type { Runner } from './runner.ts';
import { concurrentTests } from './source-concurrent-tests.ts';
import { faultTests, unconfiguredTests } from './source-fault-tests.ts';
import { hangingTests } from './source-hanging-tests.ts';
import type { SourceCapability, SourceHarness } from './source-harness.ts';
import { httpTests } from './source-http-tests.ts';
import { leaseTests } from './source-lease-tests.ts';
import { rotatedTests } from './source-rotated-tests.ts';
import { servedTests } from './source-served-tests.ts';
import { valueTests } from './source-value-tests.ts';
import type { Chapter } from './source-world.ts';

/** Sad paths first. */
const chapters: readonly Chapter[] = [
  faultTests,
  unconfiguredTests,
  httpTests,
  hangingTests,
  rotatedTests,
  concurrentTests,
  leaseTests,
  servedTests,
  valueTests,
];

/**
 * Proves that a source keeps the contract of `CredentialSource`, in a `describe` of its own.
 *
 * ```ts
 * import { sourceConformance } from '@keyturn/core/conformance';
 * import { describe, test } from 'vitest';
 *
 * sourceConformance({ describe, test }, harness);
 * ```
 *
 * The answer is filled in while the tests run; see `CapabilityReport` for where else it goes.
 */
export function sourceConformance<V extends CredentialValue = Secret>(
  runner: Runner,
  harness: SourceHarness<V>,
): CapabilityReport {
  const minted = 'the backend makes the values up';
  const { report, test } = collector<SourceCapability>(runner, {
    suite: 'source',
    name: harness.name,
    inapplicable: {
      ...(harness.minted === true && { text: minted, multiline: minted, binary: minted, large: minted, empty: minted }),
      ...(harness.backend === undefined && NOT_HTTP),
      ...harness.inapplicable,
    },
    // A test fetches a handful of times; the limit is there for what the fetch limit does not cover.
    testTimeoutMs: 6 * (harness.fetchTimeoutMs ?? 5_000),
  });
  runner.describe(`source: ${harness.name}`, () => {
    for (const chapter of chapters) chapter(test, harness);
  });
  return report;
}

const NOT_HTTP = {
  retryAfter: 'it does not speak HTTP',
  singleAttempt: 'it does not speak HTTP',
  redirect: 'it does not speak HTTP',
};
