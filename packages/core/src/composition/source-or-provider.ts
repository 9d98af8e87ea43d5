import type { CredentialProvider } from '../credential-provider.ts';
import type { CredentialSource } from '../credential-source.ts';

/** A source, which is wrapped once in `refreshing`, or a provider, which is shared. */
export type SourceOrProvider<V> = CredentialSource<V> | CredentialProvider<V>;

export function isProvider<V>(input: SourceOrProvider<V>): input is CredentialProvider<V> {
  return 'get' in input;
}
