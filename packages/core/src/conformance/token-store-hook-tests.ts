import type { TokenStore } from '../token-store.ts';
import { fail, failureOf } from './runner.ts';
import { checkCode, checkSilent } from './source-checks.ts';
import {
  checkGranted,
  checkStored,
  checkWritten,
  newClaim,
  newData,
  type StoreTest,
  writeUpTo,
} from './token-store-world.ts';

/** What only a harness can bring about: an outage, damage, a crash. */
export const hookTests: readonly StoreTest[] = [
  ...calls().map(
    ([title, call]): StoreTest => ({
      capability: 'unreachable',
      title: `${title} of a store that cannot be reached is unreachable or timed_out`,
      async body({ open, family, harness }) {
        const store = await open();
        const data = await writeUpTo(store, family, 1);
        const leave = await (harness.unreachable ?? missing('unreachable')).call(harness);
        let error: unknown;
        try {
          error = await failureOf(title, call(store, family));
        } finally {
          await leave();
        }
        checkCode(error, ['unreachable', 'timed_out']);
        checkSilent('the error', error, [data, ...(harness.secrets ?? [])]);
        checkStored(await (await open()).read(family), 1, data);
      },
    }),
  ),
  {
    capability: 'damaged',
    title: 'a damaged record is invalid_response, never a missing one',
    async body({ open, family, harness }) {
      const store = await open();
      const data = await writeUpTo(store, family, 1);
      await (harness.damage ?? missing('damage')).call(harness, family);
      for (const handle of [store, await open()]) {
        const error = await failureOf('the read', handle.read(family));
        checkCode(error, ['invalid_response']);
        checkSilent('the error', error, [data, ...(harness.secrets ?? [])]);
      }
    },
  },
  {
    capability: 'crash',
    title: 'a crash in a write leaves the old generation or the new one, whole',
    async body({ open, family, harness }) {
      let [generation, data] = [1, await writeUpTo(await open(), family, 1)];
      const rounds = 8;
      for (let round = 0; round < rounds; round += 1) {
        const next = newData();
        await (harness.crash ?? missing('crash')).call(harness, { family, expected: generation, next, round, rounds });
        const store = await open();
        const stored = await store.read(family);
        if (stored?.generation === generation + 1) [generation, data] = [generation + 1, next];
        checkStored(stored, generation, data);
        // And the store works on: what the crash left behind blocks nobody.
        checkGranted(await store.claim(newClaim(family, generation)));
        data = newData();
        checkWritten(await store.compareAndSwap(family, generation, data), generation + 1);
        generation += 1;
      }
    },
  },
];

function calls(): [title: string, call: (store: TokenStore, family: string) => Promise<unknown>][] {
  return [
    ['a read', (store, family) => store.read(family)],
    ['a write', (store, family) => store.compareAndSwap(family, 0, newData())],
    ['a claim', (store, family) => store.claim(newClaim(family, 1))],
  ];
}

function missing(hook: string): () => never {
  return () => fail(`the harness needs ${hook}(), or a reason why that is inapplicable`);
}
