import { describe, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { tokenStoreConformance } from '../../src/conformance/token-store-conformance.ts';
import { memoryTokenStore } from '../../src/memory-token-store.ts';
import { memoryHarness } from './memory-harness.ts';

tokenStoreConformance(
  { describe, test },
  memoryHarness((clock: Clock) => memoryTokenStore({ clock })),
);
