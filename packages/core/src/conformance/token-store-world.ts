import { createHash, randomBytes } from 'node:crypto';
import { type Secret, secret } from '../secret.ts';
import type { Claim, ClaimResult, StoredTokens, TokenStore } from '../token-store.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { check } from './runner.ts';
import type { TokenStoreCapability, TokenStoreHarness } from './token-store-harness.ts';

/** What one test plays in: a family of its own, a clock that stands still, as many handles as it opens. */
export interface StoreWorld {
  readonly harness: TokenStoreHarness;
  readonly family: string;
  readonly clock: FakeClock;
  /** Opens another handle. */
  open(): Promise<TokenStore>;
}

export interface StoreTest {
  readonly capability: TokenStoreCapability;
  readonly title: string;
  readonly body: (world: StoreWorld) => Promise<void>;
}

export async function inStoreWorld(
  harness: TokenStoreHarness,
  body: (world: StoreWorld) => Promise<void>,
): Promise<void> {
  const clock = fakeClock({ now: Date.now() });
  const opened: TokenStore[] = [];
  const open = async () => {
    const store = await harness.open({ clock });
    opened.push(store);
    return store;
  };
  try {
    await body({ harness, family: newFamily(), clock, open });
  } finally {
    for (const store of opened) await harness.close?.(store);
  }
}

export function newFamily(): string {
  return createHash('sha256').update(randomBytes(16)).digest('hex');
}

export function newData(): Secret {
  return secret(JSON.stringify({ refresh_token: randomBytes(24).toString('base64url') }));
}

/** A claim by a new owner, of a new token unless `claim` says which. */
export function newClaim(family: string, generation: number, claim: Partial<Claim> = {}): Claim {
  const digest = createHash('sha256').update(randomBytes(16)).digest('hex');
  return { family, generation, digest, owner: randomBytes(8).toString('hex'), ...claim };
}

export function checkStored(stored: StoredTokens | undefined, generation: number, data?: Secret): void {
  check(stored !== undefined, 'nothing is stored');
  check(stored.generation === generation, `generation ${stored.generation} is stored instead of ${generation}`);
  if (data === undefined) {
    check(stored.data === undefined, 'there is data where there should be a tombstone');
  } else {
    check(stored.data !== undefined, 'there is a tombstone where there should be data');
    checkSameBytes(stored.data, data);
  }
}

function checkSameBytes(stored: Secret, expected: Secret): void {
  const [left, right] = [stored.revealBytes(), expected.revealBytes()];
  check(left.length === right.length, `${left.length} bytes are stored instead of ${right.length}`);
  const different = left.findIndex((byte, index) => byte !== right[index]);
  check(different === -1, `the data differs from byte ${different} on`);
}

export function checkGranted(result: ClaimResult): void {
  check(result.granted, `the claim is not granted: ${result.granted ? '' : result.reason}`);
}

export function checkHeld(
  result: ClaimResult,
  owner: string,
): asserts result is Extract<ClaimResult, { reason: 'held' }> {
  check(!result.granted, 'the claim is granted');
  check(result.reason === 'held', `the claim is refused as ${result.reason} instead of held`);
  check(result.owner === owner, 'another owner is named');
  check(result.since instanceof Date && !Number.isNaN(result.since.getTime()), 'since is no valid Date');
}

export function checkSuperseded(result: ClaimResult, generation: number): void {
  check(!result.granted, 'the claim is granted');
  check(result.reason === 'superseded', `the claim is refused as ${result.reason} instead of superseded`);
  check(result.generation === generation, `${result.generation} is named as newest instead of ${generation}`);
}

/** Fails unless a write made this very generation. */
export function checkWritten(written: number | undefined, generation: number): void {
  check(written === generation, `the write gave ${written} instead of ${generation}`);
}

/** Writes generations 1 to `generation`; gives the data of the last. */
export async function writeUpTo(store: TokenStore, family: string, generation: number): Promise<Secret> {
  let data = newData();
  for (let expected = 0; expected < generation; expected += 1) {
    data = newData();
    checkWritten(await store.compareAndSwap(family, expected, data), expected + 1);
  }
  return data;
}
