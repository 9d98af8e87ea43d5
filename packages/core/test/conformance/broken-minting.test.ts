import { afterAll, describe, test } from 'vitest';
import { wrongLeases } from './broken-minting.ts';
import { expectFailures } from './expect-failures.ts';
import { referenceBackend } from './reference-backend.ts';
import { mintingHarness } from './reference-harness.ts';
import { mintingSource } from './reference-source.ts';

const backend = await referenceBackend();
afterAll(() => backend[Symbol.asyncDispose]());

describe('sourceConformance finds a minting source that', () => {
  for (const [title, { make, fails }] of Object.entries(wrongLeases)) {
    test(title, { timeout: 30_000 }, () => {
      const source = (item: string, address: string) => {
        const good = mintingSource(item, address, backend.token);
        return { ...good, ...make(good) };
      };
      return expectFailures({ ...mintingHarness(backend), source }, fails);
    });
  }
});
