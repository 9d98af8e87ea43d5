import { abortError } from '../../src/abort-error.ts';
import type { Clock } from '../../src/clock.ts';
import { CredentialError } from '../../src/credential-error.ts';
import type { Secret } from '../../src/secret.ts';
import type { Claim, ClaimResult, StoredTokens, TokenStore } from '../../src/token-store.ts';

export interface Entry {
  claim: Claim;
  since: Date;
  retryAt?: Date;
}

export interface StoredFamily {
  generation: number;
  data?: Secret;
  claims: Map<string, Entry>;
  damaged?: boolean;
}

/** What the handles of one test share, and what can befall it. */
export interface Backing {
  readonly families: Map<string, StoredFamily>;
  down: boolean;
}

/** A store in memory, every decision of which can be replaced by a wrong one. */
export interface Rules {
  key(family: string): string;
  claimKey(claim: Claim): string;
  mayWrite(newest: number, expected: number, next: Secret | undefined): boolean;
  /** Between a decision and what follows from it. */
  pause(): Promise<void> | undefined;
  next(stored: StoredFamily | undefined, data: Secret | undefined): StoredFamily | undefined;
  show(stored: StoredFamily | undefined): StoredTokens | undefined;
  isNewest(stored: StoredFamily | undefined, claim: Claim): boolean;
  isFree(entry: Entry | undefined, claim: Claim, clock: Clock): boolean;
  mayGiveBack(stored: StoredFamily | undefined, entry: Entry | undefined, claim: Claim): boolean;
  giveBack(stored: StoredFamily, key: string, entry: Entry): void;
  refusal(entry: Entry): ClaimResult;
  down(): void;
  damaged(): StoredTokens | undefined;
  heeds(signal: AbortSignal): boolean;
}

export const goodRules: Rules = {
  key: (family) => family,
  claimKey: ({ digest }) => digest,
  mayWrite: (newest, expected) => newest === expected,
  pause: () => undefined,
  next: (stored, data) => ({ generation: (stored?.generation ?? 0) + 1, ...(data && { data }), claims: new Map() }),
  show: (stored) => stored && { generation: stored.generation, ...(stored.data && { data: stored.data }) },
  isNewest: (stored, claim) => stored?.generation === claim.generation && stored.data !== undefined,
  isFree: (entry, _claim, clock) =>
    entry === undefined || (entry.retryAt !== undefined && entry.retryAt.getTime() <= clock.now()),
  mayGiveBack: (stored, entry, claim) =>
    stored?.generation === claim.generation && entry?.claim.owner === claim.owner && entry.retryAt === undefined,
  giveBack(stored, key, entry) {
    if (entry.retryAt === undefined) stored.claims.delete(key);
    else stored.claims.set(key, entry);
  },
  refusal: ({ claim, since, retryAt }) => ({
    granted: false,
    reason: 'held',
    owner: claim.owner,
    since,
    ...(retryAt && { retryAt }),
  }),
  down() {
    throw new CredentialError('unreachable', 'the store is down', { source: 'ruled' });
  },
  damaged() {
    throw new CredentialError('invalid_response', 'the record makes no sense', { source: 'ruled' });
  },
  heeds: () => true,
};

export function ruledStore(rules: Rules, backing: Backing, clock: Clock): TokenStore {
  const { families } = backing;
  const stored = (family: string) => families.get(rules.key(family));
  return {
    name: 'ruled',
    async read(family, { signal } = {}) {
      if (backing.down) rules.down();
      if (signal?.aborted === true && rules.heeds(signal)) throw abortError(signal, 'ruled');
      if (stored(family)?.damaged) return rules.damaged();
      return rules.show(stored(family));
    },
    async compareAndSwap(family, expected, next) {
      if (backing.down) rules.down();
      if (!rules.mayWrite(stored(family)?.generation ?? 0, expected, next)) return undefined;
      const pause = rules.pause();
      if (pause !== undefined) await pause; // Even to await nothing would let others in.
      const written = rules.next(stored(family), next);
      if (written === undefined) families.delete(rules.key(family));
      else families.set(rules.key(family), written);
      return expected + 1;
    },
    async claim(claim) {
      if (backing.down) rules.down();
      const family = stored(claim.family);
      if (!rules.isNewest(family, claim)) {
        return { granted: false, reason: 'superseded', generation: family?.generation ?? 0 };
      }
      const entry = family?.claims.get(rules.claimKey(claim));
      if (!rules.isFree(entry, claim, clock)) return rules.refusal(entry!);
      const pause = rules.pause();
      if (pause !== undefined) await pause; // Even to await nothing would let others in.
      family?.claims.set(rules.claimKey(claim), { claim, since: new Date(clock.now()) });
      return { granted: true, claim };
    },
    async unclaim(claim, { retryAt } = {}) {
      const family = stored(claim.family);
      const entry = family?.claims.get(rules.claimKey(claim));
      if (!rules.mayGiveBack(family, entry, claim)) return;
      const given = { claim, since: new Date(clock.now()), ...(retryAt && { retryAt }) };
      if (family !== undefined) rules.giveBack(family, rules.claimKey(claim), given);
    },
  };
}
