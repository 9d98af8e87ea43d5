import type { CredentialProvider } from '../credential-provider.ts';
import type { CredentialSource } from '../credential-source.ts';
import { providerSettings, type RefreshingOptions } from './provider-options.ts';
import { RefreshingProvider } from './refreshing-provider.ts';

/**
 * Makes a source into a provider: the one cache of the project. What it promises:
 *
 * 1. Any number of callers cause one fetch. A caller's signal ends that caller's wait, not the shared fetch.
 * 2. While the credential is fresh, `get()` returns the same settled promise, allocates nothing and sets no timer.
 * 3. Near the end of its life the credential is fetched again once, in the background; everybody keeps the old one
 *    meanwhile, and a failure breaks nothing while the old one is valid.
 * 4. A failure is never remembered as a success nor left unhandled. Repeated failures are paced: exponential backoff
 *    with full jitter, `retryAfterMs` honoured. A missing secret is remembered for `missingTtlMs`.
 * 5. A stale value is handed out only within `staleIfErrorMs`, never after a refusal, never past `expiresAt`.
 * 6. `get({ rejected })` fetches once for all callers that were refused with the current credential, and not at all
 *    for those that hold an older one.
 * 7. A credential is dead when the wall clock or the monotonic clock says so, checked at every `get`.
 * 8. The refresh window is at most a fifth of the lifetime.
 * 9. Disposal releases what was minted and settles what is in flight.
 *
 * @throws {RangeError} where an option is negative or no number
 */
export function refreshing<V>(source: CredentialSource<V>, options: RefreshingOptions = {}): CredentialProvider<V> {
  const provider = new RefreshingProvider(source, providerSettings(options));
  if (options.onEvent !== undefined) provider.subscribe(options.onEvent);
  return provider;
}
