import type { Clock } from '../../src/clock.ts';
import type { TokenStoreHarness } from '../../src/conformance/token-store-harness.ts';
import type { TokenStore } from '../../src/token-store.ts';

/** All handles of one clock, so of one test, are one store: memory is not shared in any other way. */
export function memoryHarness(make: (clock: Clock) => TokenStore): TokenStoreHarness {
  const stores = new WeakMap<Clock, TokenStore>();
  return {
    name: 'memoryTokenStore',
    open({ clock }) {
      const store = stores.get(clock) ?? make(clock);
      stores.set(clock, store);
      return store;
    },
    inapplicable: {
      unreachable: 'memory is always there',
      damaged: 'nothing outside can write to it',
      crash: 'it ends with the process',
    },
  };
}
