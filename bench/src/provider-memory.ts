import { type CredentialProvider, fixedSource, refreshing, secret } from '@keyturn/core';
import type { Row } from './measure.ts';

const PROVIDERS = 100_000;

/** What a provider costs beside its source and its secret; needs `--expose-gc`. */
export async function providerMemory(): Promise<Row[]> {
  const sources = Array.from({ length: PROVIDERS }, (_, i) => fixedSource(secret(`value-${i}`)));
  const bare = heapUsed();
  const providers: CredentialProvider[] = sources.map((source) => refreshing(source));
  const made = heapUsed();
  for (const provider of providers) await provider.get();
  const filled = heapUsed();
  const perProvider = (bytes: number) => `${Math.round(bytes / providers.length)} B`;
  return [
    {
      what: 'memory of a provider, at 100,000',
      result: `${perProvider(made - bare)} made, ${perProvider(filled - bare)} holding a credential`,
      against: 'the source and its secret alone',
    },
  ];
}

function heapUsed(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
