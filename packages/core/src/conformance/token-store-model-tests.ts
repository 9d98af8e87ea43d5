import type { Secret } from '../secret.ts';
import type { Claim, ClaimResult, TokenStore } from '../token-store.ts';
import { type Random, random } from './random.ts';
import { check } from './runner.ts';
import {
  checkGranted,
  checkHeld,
  checkStored,
  checkSuperseded,
  newClaim,
  newData,
  newFamily,
  type StoreTest,
  type StoreWorld,
} from './token-store-world.ts';

const CALLS = 40;
const DEFAULT_RUNS = 25;
const HOUR_MS = 3_600_000;

/** Random sequences of calls, by several handles on several families, behave like the model below. */
export const modelTests: readonly StoreTest[] = [
  {
    capability: 'model',
    title: 'random sequences of calls behave like the memory of one process',
    body: (world) => forSeeds(world, (choose, stores) => playSequence(choose, stores, world)),
  },
  {
    capability: 'model',
    title: 'in random races at most one writer and one claimant win',
    body: (world) => forSeeds(world, playRace),
  },
];

type Stores = readonly [TokenStore, ...TokenStore[]];

async function forSeeds(
  { harness, open }: StoreWorld,
  play: (choose: Random, stores: Stores) => Promise<void>,
): Promise<void> {
  const stores = [await open(), await open(), await open()] as const;
  const first = harness.seed ?? Date.now() % 1_000_000_000;
  for (let seed = first; seed < first + (harness.modelRuns ?? DEFAULT_RUNS); seed += 1) {
    await naming(seed, () => play(random(seed), stores));
  }
}

async function naming(seed: number, play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${why} (repeat it with seed: ${seed} in the harness)`, { cause: error });
  }
}

/** What a family must look like: the whole contract once more, in the least words. */
interface Model {
  readonly family: string;
  generation: number;
  data: Secret | undefined;
  /** Holder and end of backoff of each digest of the newest generation. */
  claims: Map<string, { owner: string; retryAt?: Date }>;
}

async function playSequence(choose: Random, stores: Stores, { clock }: StoreWorld): Promise<void> {
  const models = [model(), model()] as const;
  const digests = [newClaim('', 1).digest, newClaim('', 1).digest] as const;
  for (let call = 0; call < CALLS; call += 1) {
    const [target, store] = [choose.pick([models[0], ...models]), choose.pick(stores)];
    const generation = Math.max(target.generation + choose.pick([0, 0, 0, 0, 0, 0, 0, 0, -1, 1]), 0);
    const [digest, owner] = [choose.pick([digests[0], ...digests]), choose.pick(['anna', 'bert'])];
    const claim = { family: target.family, generation, digest, owner };
    const action = choose.pick(target.data === undefined ? [write, write, ...ACTIONS] : ACTIONS);
    await action({ choose, store, model: target, claim, clock });
    checkModel(await choose.pick(stores).read(target.family), target);
  }
}

/** Many claims to a write, or the interesting states of a claim are seldom reached. */
const ACTIONS = [write, wait, remove, claimOne, claimOne, claimOne, unclaim, unclaim, unclaim] as const;

interface Turn {
  readonly choose: Random;
  readonly store: TokenStore;
  readonly model: Model;
  readonly claim: Claim;
  readonly clock: StoreWorld['clock'];
}

function model(): Model {
  return { family: newFamily(), generation: 0, data: undefined, claims: new Map() };
}

async function write(turn: Turn): Promise<void> {
  await swap(turn, newData());
}

async function remove(turn: Turn): Promise<void> {
  await swap(turn, undefined);
}

async function swap({ store, model, claim }: Turn, data: Secret | undefined): Promise<void> {
  const written = await store.compareAndSwap(model.family, claim.generation, data);
  const expected = claim.generation === model.generation ? model.generation + 1 : undefined;
  check(written === expected, `a write from ${claim.generation} gave ${written} instead of ${expected}`);
  if (written !== undefined) Object.assign(model, { generation: written, data, claims: new Map() });
}

async function claimOne({ store, model, claim, clock }: Turn): Promise<void> {
  const result = await store.claim(claim);
  if (claim.generation !== model.generation || model.data === undefined)
    return checkSuperseded(result, model.generation);
  const held = model.claims.get(claim.digest);
  if (held !== undefined && (held.retryAt === undefined || held.retryAt.getTime() > clock.now())) {
    checkHeld(result, held.owner);
    return check(result.retryAt?.getTime() === held.retryAt?.getTime(), 'retryAt is not what the holder said');
  }
  checkGranted(result);
  model.claims.set(claim.digest, { owner: claim.owner });
}

async function unclaim({ choose, store, model, claim, clock }: Turn): Promise<void> {
  const retryAt = choose.pick([undefined, new Date(clock.now() + HOUR_MS), new Date(clock.now() - HOUR_MS)]);
  await store.unclaim(claim, retryAt && { retryAt });
  const held = model.claims.get(claim.digest);
  const mine = held?.owner === claim.owner && held.retryAt === undefined;
  if (!mine || claim.generation !== model.generation) return;
  if (retryAt === undefined) model.claims.delete(claim.digest);
  else model.claims.set(claim.digest, { owner: claim.owner, retryAt });
}

/** The clock of the handles moves, where they heed it; by little enough that no backoff ends. */
async function wait({ clock }: Turn): Promise<void> {
  clock.jumpWall(1_000);
}

function checkModel(stored: Awaited<ReturnType<TokenStore['read']>>, { generation, data }: Model): void {
  if (generation > 0) checkStored(stored, generation, data);
  else check(stored === undefined, 'something is stored that nobody wrote');
}

async function playRace(choose: Random, stores: Stores): Promise<void> {
  const family = newFamily();
  await stores[0].compareAndSwap(family, 0, newData());
  for (let generation = 1; generation <= 4; generation += 1) {
    const { digest } = newClaim(family, generation);
    const claims: Promise<ClaimResult>[] = [];
    const writes: Promise<number | undefined>[] = [];
    for (let call = 0; call < 10; call += 1) {
      const store = choose.pick(stores);
      if (choose.below(3) > 0) claims.push(store.claim(newClaim(family, generation, { digest })));
      else writes.push(store.compareAndSwap(family, generation, newData()));
    }
    const granted = (await Promise.all(claims)).filter((result) => result.granted).length;
    const written = (await Promise.all(writes)).filter((result) => result !== undefined).length;
    check(granted <= 1, `${granted} claimants of generation ${generation} were granted it`);
    check(written === Math.min(writes.length, 1), `${written} of ${writes.length} writers won`);
    if (writes.length === 0) await stores[0].compareAndSwap(family, generation, newData());
  }
  check((await stores[0].read(family))?.generation === 5, 'generations were lost or skipped');
}
