import { type CredentialProvider, fixedSource, refreshing, secret } from '@keyturn/core';
import { heapInUse, type Row } from './measure.ts';

const PROVIDERS = 100_000;

/** What a provider costs beside its source and its secret. */
export async function providerMemory(): Promise<Row[]> {
  const sources = Array.from({ length: PROVIDERS }, (_, i) => fixedSource(secret(`value-${i}`)));
  const bare = heapInUse();
  const providers: CredentialProvider[] = sources.map((source) => refreshing(source));
  const made = heapInUse();
  for (const provider of providers) await provider.get();
  const filled = heapInUse();
  const perProvider = (bytes: number) => `${Math.round(bytes / providers.length)} B`;
  return [
    {
      what: 'memory of a provider, at 100,000',
      result: `${perProvider(made - bare)} made, ${perProvider(filled - bare)} holding a credential`,
      against: 'the source and its secret alone',
    },
  ];
}
