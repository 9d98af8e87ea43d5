import { check, failureOf } from './runner.ts';
import { checkCode } from './source-checks.ts';
import { checkStored, checkWritten, newData, type StoreTest, writeUpTo } from './token-store-world.ts';

const WRITERS = 20;

/** Generations go up one by one; a stale writer changes nothing. */
export const writeTests: readonly StoreTest[] = [
  {
    capability: 'compareAndSwap',
    title: 'a family that was never written reads as undefined',
    async body({ open, family }) {
      const stored = await (await open()).read(family);
      check(stored === undefined, 'something is stored');
    },
  },
  {
    capability: 'compareAndSwap',
    title: 'each write makes the next generation, and every handle reads it',
    async body({ open, family }) {
      const [writer, reader] = [await open(), await open()];
      for (const expected of [0, 1, 2]) {
        const data = newData();
        checkWritten(await writer.compareAndSwap(family, expected, data), expected + 1);
        for (const store of [writer, reader, await open()]) checkStored(await store.read(family), expected + 1, data);
      }
    },
  },
  {
    capability: 'compareAndSwap',
    title: 'a write from an older generation is refused and changes nothing',
    async body({ open, family }) {
      const [writer, stale] = [await open(), await open()];
      const data = await writeUpTo(writer, family, 3);
      for (const expected of [0, 1, 2]) {
        const written = await stale.compareAndSwap(family, expected, newData());
        check(written === undefined, `a write from generation ${expected} was taken though 3 is the newest`);
        checkStored(await writer.read(family), 3, data);
      }
    },
  },
  {
    capability: 'compareAndSwap',
    title: 'a write from a generation that does not exist yet is refused',
    async body({ open, family }) {
      const store = await open();
      check(
        (await store.compareAndSwap(family, 1, newData())) === undefined,
        'a write from 1 was taken though there is none',
      );
      check((await store.read(family)) === undefined, 'the refused write is stored');
      const data = await writeUpTo(store, family, 1);
      check(
        (await store.compareAndSwap(family, 2, newData())) === undefined,
        'a write from 2 was taken though 1 is newest',
      );
      checkStored(await store.read(family), 1, data);
    },
  },
  {
    capability: 'compareAndSwap',
    title: `of ${WRITERS} writers at once exactly one wins, and every handle reads what it wrote`,
    async body({ open, family }) {
      const stores = await Promise.all(Array.from({ length: 4 }, open));
      for (const expected of [0, 1]) {
        const writes = Array.from({ length: WRITERS }, () => newData());
        const written = await Promise.all(
          writes.map((data, index) => stores[index % 4]!.compareAndSwap(family, expected, data)),
        );
        const winners = written.flatMap((generation, index) => (generation === undefined ? [] : [index]));
        check(winners.length === 1, `${winners.length} writers won`);
        checkWritten(written[winners[0]!], expected + 1);
        for (const store of stores) checkStored(await store.read(family), expected + 1, writes[winners[0]!]);
      }
    },
  },
  {
    capability: 'compareAndSwap',
    title: 'a read with an aborted signal is aborted',
    async body({ open, family }) {
      const read = (await open()).read(family, { signal: AbortSignal.abort() });
      checkCode(await failureOf('the read', read), ['aborted', 'timed_out']);
    },
  },
];

/** A deletion is a generation; numbers never restart. */
export const tombstoneTests: readonly StoreTest[] = [
  {
    capability: 'tombstones',
    title: 'a deletion is a generation of its own, without data',
    async body({ open, family }) {
      const store = await open();
      await writeUpTo(store, family, 2);
      checkWritten(await store.compareAndSwap(family, 2, undefined), 3);
      for (const reader of [store, await open()]) checkStored(await reader.read(family), 3);
    },
  },
  {
    capability: 'tombstones',
    title: 'generations go on after a deletion and never restart',
    async body({ open, family }) {
      const store = await open();
      await writeUpTo(store, family, 1);
      checkWritten(await store.compareAndSwap(family, 1, undefined), 2);
      check(
        (await store.compareAndSwap(family, 0, newData())) === undefined,
        'a write from 0 was taken after a deletion',
      );
      checkStored(await store.read(family), 2);
      const data = newData();
      checkWritten(await store.compareAndSwap(family, 2, data), 3);
      checkStored(await store.read(family), 3, data);
    },
  },
  {
    capability: 'tombstones',
    title: 'a stale writer can neither delete nor bring back what was deleted',
    async body({ open, family }) {
      const [store, stale] = [await open(), await open()];
      const data = await writeUpTo(store, family, 2);
      check((await stale.compareAndSwap(family, 1, undefined)) === undefined, 'a stale writer deleted');
      checkStored(await store.read(family), 2, data);
      checkWritten(await store.compareAndSwap(family, 2, undefined), 3);
      check((await stale.compareAndSwap(family, 2, newData())) === undefined, 'a stale writer undid the deletion');
      checkStored(await store.read(family), 3);
    },
  },
];
