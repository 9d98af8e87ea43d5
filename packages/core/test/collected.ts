import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A registry that is collected itself tells nothing. */
const registries: object[] = [];

/** Drops all but the first `kept` of `holders`, and waits until the garbage collector has told of each. */
export async function collected(holders: object[], kept = 0): Promise<void> {
  const untold = dropHolders(holders, kept);
  await until(() => untold.size === 0);
  // Other registries are told of the same collection, maybe some turns later.
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

/** Collects garbage until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    // What a `WeakRef` was asked for is kept until the turn ends.
    await nextTurn();
    collectGarbage();
    await nextTurn();
  }
}

/** A function of its own: the frame of an async one would keep the last holder reachable. */
function dropHolders(holders: object[], kept: number): Set<number> {
  const untold = new Set<number>();
  const registry = new FinalizationRegistry<number>((index) => untold.delete(index));
  registries.push(registry);
  for (const [index, holder] of holders.splice(kept).entries()) {
    untold.add(index);
    registry.register(holder, index);
  }
  return untold;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
