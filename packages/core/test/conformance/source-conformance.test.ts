import { afterAll, describe, test } from 'vitest';
import { sourceConformance } from '../../src/conformance/source-conformance.ts';
import { referenceBackend } from './reference-backend.ts';
import { mintingHarness, referenceHarness } from './reference-harness.ts';

const backend = await referenceBackend();
afterAll(() => backend[Symbol.asyncDispose]());

sourceConformance({ describe, test }, referenceHarness(backend));
sourceConformance({ describe, test }, mintingHarness(backend));
