import { afterAll, describe, test } from 'vitest';
import { sourceConformance } from '../../src/conformance/source-conformance.ts';
import type { SourceHarness } from '../../src/conformance/source-harness.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import type { Secret } from '../../src/secret.ts';
import { referenceBackend } from './reference-backend.ts';
import { mintingHarness, referenceHarness } from './reference-harness.ts';

const backend = await referenceBackend();
afterAll(() => backend[Symbol.asyncDispose]());

sourceConformance({ describe, test }, referenceHarness(backend));
sourceConformance({ describe, test }, mintingHarness(backend));

const held = new Map<string, Secret>();
const fixedHarness: SourceHarness = {
  name: 'fixedSource',
  source: (item) => fixedSource(held.get(item)!, { name: `fixed:${item}` }),
  serve: async (item, value) => void held.set(item, value),
  inapplicable: {
    missing: 'the value is there by construction',
    denied: 'nobody is asked',
    unauthenticated: 'there is no login',
    throttled: 'nobody is asked',
    unreachable: 'nobody is asked',
    malformed: 'nobody is asked',
    hanging: 'it answers at once',
    unconfigured: 'the value is its configuration',
    rotated: 'a fixed value never changes',
    lease: 'it mints nothing',
  },
};
sourceConformance({ describe, test }, fixedHarness);
