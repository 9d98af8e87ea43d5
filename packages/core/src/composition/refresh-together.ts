import type { RefreshingProvider } from '../refreshing/refreshing-provider.ts';

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
  for (const member of members) member.onFetch(sweep);
  return () => {
    for (const member of members) member.onFetch(undefined);
  };
}
