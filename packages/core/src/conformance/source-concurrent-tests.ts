import { ended } from './runner.ts';
import { type Chapter, canary, checkValue, inWorld, newItem } from './source-world.ts';

const ITEMS = 8;

/** Fetches under way at once have nothing to do with each other. */
export const concurrentTests: Chapter = (test, harness) => {
  test('concurrent', 'fetches of several items at once do not mix up', () =>
    inWorld(harness, async (world) => {
      const items = Array.from({ length: ITEMS }, () => ({ item: newItem(), value: canary() }));
      for (const { item, value } of items) await harness.serve(item, value);
      const sources = await Promise.all(items.map(({ item }) => world.source(item)));
      const fetched = await Promise.all(sources.map((source) => world.fetch(source)));
      for (const [index, credential] of fetched.entries()) checkValue(world, credential, items[index]!.value);
    }),
  );
  test('concurrent', 'fetches of one item at once each get it', () =>
    inWorld(harness, async (world) => {
      await harness.serve(world.item, world.value);
      const source = await world.source();
      const fetched = await Promise.all(Array.from({ length: ITEMS }, () => world.fetch(source)));
      for (const credential of fetched) checkValue(world, credential, world.value);
    }),
  );
  if (harness.backend === undefined) return;
  test('concurrent', 'a hanging fetch, and its abort, leave the others alone', () =>
    inWorld(harness, async (world) => {
      await harness.serve(world.item, world.value);
      const source = await world.source();
      await world.fetch(source); // A login that is shared has been made by now.
      const before = world.proxy!.requests.length;
      world.proxy!.inject({ kind: 'hang' }, { times: 1 });
      const abort = new AbortController();
      const hanging = world.fetch(source, { signal: abort.signal });
      await Promise.race([world.proxy!.received(before + 1), ended(hanging)]);
      // Whether every fetch asks the backend is the concern of another test.
      if (world.proxy!.requests.length === before) return;
      checkValue(world, await world.fetch(source), world.value);
      const another = world.fetch(source);
      abort.abort();
      checkValue(world, await another, world.value);
    }),
  );
};
