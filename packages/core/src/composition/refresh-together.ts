import type { RefreshingProvider } from '../refreshing/refreshing-provider.ts';

/** The groups that each provider is in: one that was given may be in several loads. */
const groups = new WeakMap<RefreshingProvider<unknown>, Set<() => void>>();

/**
 * When one of the providers fetches, those that are due soon fetch in the same turn of the event loop, so that a
 * batching backend is asked once for all of them. The answer ends it.
 */
export function refreshTogether(providers: readonly RefreshingProvider<unknown>[]): () => void {
  const members = new Set(providers);
  let sweeping = false;
  const sweep = () => {
    if (sweeping) return;
    sweeping = true;
    for (const member of members) member.refreshIfSoonDue();
    sweeping = false;
  };
  for (const member of members) groupsOf(member).add(sweep);
  return () => {
    for (const member of members) groupsOf(member).delete(sweep);
  };
}

function groupsOf(provider: RefreshingProvider<unknown>): Set<() => void> {
  let sweeps = groups.get(provider);
  if (sweeps === undefined) {
    const joined = new Set<() => void>();
    provider.onFetch(() => {
      for (const sweep of joined) sweep();
    });
    groups.set(provider, joined);
    sweeps = joined;
  }
  return sweeps;
}
