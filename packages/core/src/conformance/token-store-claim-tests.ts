import { check } from './runner.ts';
import {
  checkGranted,
  checkHeld,
  checkSuperseded,
  checkWritten,
  newClaim,
  newData,
  type StoreTest,
  writeUpTo,
} from './token-store-world.ts';

const CLAIMANTS = 50;
const CENTURY_MS = 3_155_760_000_000;

/** One claimant is granted a token, for good. */
export const claimTests: readonly StoreTest[] = [
  {
    capability: 'claims',
    title: 'a token of the newest generation is granted once, and others are told who holds it',
    async body({ open, family }) {
      const [store, other] = [await open(), await open()];
      await writeUpTo(store, family, 2);
      const claim = newClaim(family, 2);
      const result = await store.claim(claim);
      checkGranted(result);
      check(result.granted && result.claim.owner === claim.owner, 'the answer names another claim');
      for (const handle of [store, other, await open()]) {
        const refused = await handle.claim(newClaim(family, 2, { digest: claim.digest }));
        checkHeld(refused, claim.owner);
        check(refused.retryAt === undefined, 'there is a backoff that nobody asked for');
      }
    },
  },
  {
    capability: 'claims',
    title: 'not even the same owner is granted a token twice',
    async body({ open, family }) {
      const store = await open();
      await writeUpTo(store, family, 1);
      const claim = newClaim(family, 1);
      checkGranted(await store.claim(claim));
      checkHeld(await store.claim(claim), claim.owner);
    },
  },
  {
    capability: 'claims',
    title: `of ${CLAIMANTS} claimants at once exactly one is granted`,
    async body({ open, family }) {
      const stores = await Promise.all(Array.from({ length: 4 }, open));
      await writeUpTo(stores[0]!, family, 1);
      const { digest } = newClaim(family, 1);
      const claims = Array.from({ length: CLAIMANTS }, () => newClaim(family, 1, { digest }));
      const results = await Promise.all(claims.map((claim, index) => stores[index % 4]!.claim(claim)));
      const granted = results.flatMap((result, index) => (result.granted ? [index] : []));
      check(granted.length === 1, `${granted.length} claimants were granted it`);
      for (const result of results) if (!result.granted) checkHeld(result, claims[granted[0]!]!.owner);
    },
  },
  {
    capability: 'claims',
    title: 'two tokens of one generation are claimed independently',
    async body({ open, family }) {
      const store = await open();
      await writeUpTo(store, family, 1);
      checkGranted(await store.claim(newClaim(family, 1)));
      checkGranted(await store.claim(newClaim(family, 1)));
    },
  },
  {
    capability: 'claims',
    title: 'only the newest generation can be claimed',
    async body({ open, family }) {
      const store = await open();
      checkSuperseded(await store.claim(newClaim(family, 1)), 0);
      await writeUpTo(store, family, 3);
      for (const generation of [1, 2, 4]) checkSuperseded(await store.claim(newClaim(family, generation)), 3);
    },
  },
  {
    capability: 'claims',
    title: 'a deletion cannot be claimed',
    async body({ open, family }) {
      const store = await open();
      await writeUpTo(store, family, 1);
      await store.compareAndSwap(family, 1, undefined);
      checkSuperseded(await store.claim(newClaim(family, 2)), 2);
    },
  },
  {
    capability: 'claims',
    title: 'a new generation drops the claims of the one before: the same token can be claimed again',
    async body({ open, family }) {
      const store = await open();
      await writeUpTo(store, family, 1);
      const claim = newClaim(family, 1);
      checkGranted(await store.claim(claim));
      checkWritten(await store.compareAndSwap(family, 1, newData()), 2);
      const again = newClaim(family, 2, { digest: claim.digest });
      checkGranted(await (await open()).claim(again));
      checkHeld(await store.claim(newClaim(family, 2, { digest: claim.digest })), again.owner);
    },
  },
  {
    capability: 'clock',
    title: 'a claim of the newest generation never expires',
    async body({ open, family, clock }) {
      const store = await open();
      await writeUpTo(store, family, 1);
      const claim = newClaim(family, 1);
      checkGranted(await store.claim(claim));
      const { owner, digest } = claim;
      clock.jumpWall(CENTURY_MS);
      for (const handle of [store, await open()]) checkHeld(await handle.claim(newClaim(family, 1, { digest })), owner);
    },
  },
];
