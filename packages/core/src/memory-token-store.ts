import { abortError } from './abort-error.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Secret } from './secret.ts';
import type { Claim, TokenStore } from './token-store.ts';

export interface MemoryTokenStoreOptions {
  /** Names the store in errors. Default: `memory`. */
  readonly name?: string;
  /** Says when a claim's `retryAt` has come. Default: the machine's time. */
  readonly clock?: Clock;
}

interface Family {
  generation: number;
  data: Secret | undefined;
  /** The claims of the newest generation, by digest. */
  readonly claims: Map<string, { claim: Claim; since: Date; retryAt?: Date }>;
}

/** Keeps token families in this process: for tests, and for tokens that may be lost when the process ends. */
export function memoryTokenStore(options: MemoryTokenStoreOptions = {}): TokenStore {
  const { name = 'memory', clock = systemClock } = options;
  const families = new Map<string, Family>();
  const held = (claim: Claim) => {
    const family = families.get(claim.family);
    const entry = family?.generation === claim.generation ? family.claims.get(claim.digest) : undefined;
    return entry?.claim.owner === claim.owner && entry.retryAt === undefined ? entry : undefined;
  };

  return {
    name,
    async read(family, { signal } = {}) {
      if (signal?.aborted === true) throw abortError(signal, name);
      const stored = families.get(family);
      if (stored === undefined) return undefined;
      const { generation, data } = stored;
      return data === undefined ? { generation } : { generation, data };
    },
    async compareAndSwap(family, expected, next) {
      if ((families.get(family)?.generation ?? 0) !== expected) return undefined;
      families.set(family, { generation: expected + 1, data: next, claims: new Map() });
      return expected + 1;
    },
    async claim(claim) {
      const family = families.get(claim.family);
      if (family?.generation !== claim.generation || family.data === undefined) {
        return { granted: false, reason: 'superseded', generation: family?.generation ?? 0 };
      }
      const entry = family.claims.get(claim.digest);
      const free = entry === undefined || (entry.retryAt !== undefined && entry.retryAt.getTime() <= clock.now());
      if (!free) {
        const { since, retryAt } = entry;
        return { granted: false, reason: 'held', owner: entry.claim.owner, since, ...(retryAt && { retryAt }) };
      }
      family.claims.set(claim.digest, { claim, since: new Date(clock.now()) });
      return { granted: true, claim };
    },
    async unclaim(claim, { retryAt } = {}) {
      const entry = held(claim);
      if (entry === undefined) return;
      const claims = families.get(claim.family)!.claims;
      if (retryAt === undefined) claims.delete(claim.digest);
      else claims.set(claim.digest, { claim, since: new Date(clock.now()), retryAt });
    },
  };
}
