import type { Claim, TokenStore } from '../token-store.ts';
import { check } from './runner.ts';
import {
  checkGranted,
  checkHeld,
  checkStored,
  checkWritten,
  newClaim,
  newData,
  type StoreTest,
  type StoreWorld,
  writeUpTo,
} from './token-store-world.ts';

const HOUR_MS = 3_600_000;

interface Claimed extends StoreWorld {
  readonly store: TokenStore;
  /** Held, for generation 2. */
  readonly claim: Claim;
  /** Another owner's, for the same token. */
  readonly rival: Claim;
}

const claimed = (body: (claimed: Claimed) => Promise<void>) => async (world: StoreWorld) => {
  const store = await world.open();
  await writeUpTo(store, world.family, 2);
  const claim = newClaim(world.family, 2);
  checkGranted(await store.claim(claim));
  await body({ ...world, store, claim, rival: newClaim(world.family, 2, { digest: claim.digest }) });
};

/** A claim goes back, by its holder only, with a backoff for all. */
export const unclaimTests: readonly StoreTest[] = [
  {
    capability: 'unclaim',
    title: 'a token that was given back can be claimed at once, by one',
    body: claimed(async ({ open, store, claim, rival }) => {
      await store.unclaim(claim);
      checkGranted(await (await open()).claim(rival));
      checkHeld(await store.claim(newClaim(claim.family, 2, { digest: claim.digest })), rival.owner);
    }),
  },
  {
    capability: 'unclaim',
    title: 'a backoff keeps everybody away, and they are told until when',
    body: claimed(async ({ open, clock, store, claim, rival }) => {
      const retryAt = new Date(clock.now() + HOUR_MS);
      await store.unclaim(claim, { retryAt });
      for (const handle of [store, await open()]) {
        for (const one of [claim, rival]) {
          const refused = await handle.claim(one);
          checkHeld(refused, claim.owner);
          check(refused.retryAt?.getTime() === retryAt.getTime(), 'retryAt is not what the holder said');
        }
      }
    }),
  },
  {
    capability: 'unclaim',
    title: 'a backoff that is over keeps nobody away',
    body: claimed(async ({ clock, store, claim, rival }) => {
      await store.unclaim(claim, { retryAt: new Date(clock.now() - HOUR_MS) });
      checkGranted(await store.claim(rival));
    }),
  },
  {
    capability: 'clock',
    title: 'from the end of a backoff on, exactly one is granted the token',
    body: claimed(async ({ open, clock, store, claim, rival }) => {
      await store.unclaim(claim, { retryAt: new Date(clock.now() + HOUR_MS) });
      await clock.advance(HOUR_MS - 1);
      checkHeld(await store.claim(rival), claim.owner);
      await clock.advance(1);
      checkGranted(await (await open()).claim(rival));
      const refused = await store.claim(claim);
      checkHeld(refused, rival.owner);
      check(refused.retryAt === undefined, 'the backoff outlived its end');
    }),
  },
  {
    capability: 'unclaim',
    title: 'a stranger cannot give a claim back',
    body: claimed(async ({ clock, store, claim, rival }) => {
      await store.unclaim(rival);
      await store.unclaim(rival, { retryAt: new Date(clock.now() - HOUR_MS) });
      await store.unclaim(newClaim(claim.family, 2, { owner: claim.owner }));
      checkHeld(await store.claim(rival), claim.owner);
    }),
  },
  {
    capability: 'unclaim',
    title: 'a holder of the past cannot give back the claim of another',
    body: claimed(async ({ store, claim, rival }) => {
      await store.unclaim(claim);
      checkGranted(await store.claim(rival));
      await store.unclaim(claim);
      checkHeld(await store.claim(claim), rival.owner);
    }),
  },
  {
    capability: 'unclaim',
    title: 'a claim that was given back is no longer held: its backoff stays',
    body: claimed(async ({ clock, store, claim, rival }) => {
      await store.unclaim(claim, { retryAt: new Date(clock.now() + HOUR_MS) });
      await store.unclaim(claim);
      await store.unclaim(claim, { retryAt: new Date(clock.now() - HOUR_MS) });
      checkHeld(await store.claim(rival), claim.owner);
    }),
  },
  {
    capability: 'unclaim',
    title: 'a claim of an older generation cannot be given back',
    body: claimed(async ({ clock, store, claim }) => {
      const data = newData();
      checkWritten(await store.compareAndSwap(claim.family, 2, data), 3);
      const current = { ...claim, generation: 3 };
      checkGranted(await store.claim(current));
      await store.unclaim(claim, { retryAt: new Date(clock.now() - HOUR_MS) });
      checkHeld(await store.claim(newClaim(claim.family, 3, { digest: claim.digest })), claim.owner);
      checkStored(await store.read(claim.family), 3, data);
    }),
  },
  {
    capability: 'unclaim',
    title: 'a token that nobody holds cannot be given back, nor a backoff be put on it',
    body: claimed(async ({ clock, store, claim }) => {
      const free = newClaim(claim.family, 2);
      await store.unclaim(free, { retryAt: new Date(clock.now() + HOUR_MS) });
      checkGranted(await store.claim(free));
    }),
  },
  {
    capability: 'unclaim',
    title: 'a new generation forgets the backoff of the one before',
    body: claimed(async ({ clock, store, claim, rival }) => {
      await store.unclaim(claim, { retryAt: new Date(clock.now() + HOUR_MS) });
      checkWritten(await store.compareAndSwap(claim.family, 2, newData()), 3);
      checkGranted(await store.claim({ ...rival, generation: 3 }));
    }),
  },
];
