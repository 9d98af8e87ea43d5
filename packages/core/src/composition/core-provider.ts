import type { CredentialProvider } from '../credential-provider.ts';
import { RefreshingProvider } from '../refreshing/refreshing-provider.ts';
import { type CoreProvider, DerivedProvider } from './derived-provider.ts';

/** @throws {TypeError} where the provider is not one of core's: only those share fetches and schema checks */
export function coreProvider<V>(provider: CredentialProvider<V>): CoreProvider<V> {
  if (provider instanceof RefreshingProvider || provider instanceof DerivedProvider) return provider;
  throw new TypeError('a CredentialProvider is made by refreshing(), not by hand; write a CredentialSource instead');
}
