import type { CredentialSource } from '../credential-source.ts';
import type { RefreshingOptions } from '../refreshing/provider-options.ts';
import { refreshing } from '../refreshing/refreshing.ts';
import { coreProvider } from './core-provider.ts';
import { type CoreProvider, DerivedProvider } from './derived-provider.ts';
import { selectionOf } from './selected-source.ts';
import { isProvider, type SourceOrProvider } from './source-or-provider.ts';

/** The providers of one load: a source is wrapped once, whoever names it; a provider that was given is used as it is. */
export interface ProviderPool extends AsyncDisposable {
  provide<V>(input: SourceOrProvider<V>): CoreProvider<V>;
}

/** Its disposal disposes what was wrapped here, and leaves the providers that were given alone. */
export function providerPool(options: RefreshingOptions): ProviderPool {
  const wrapped = new Map<CredentialSource<unknown>, CoreProvider<unknown>>();

  function provide(input: SourceOrProvider<unknown>): CoreProvider<unknown> {
    if (isProvider(input)) return coreProvider(input);
    const provider = wrapped.get(input) ?? wrap(input);
    wrapped.set(input, provider);
    return provider;
  }

  function wrap(source: CredentialSource<unknown>): CoreProvider<unknown> {
    const selection = selectionOf(source);
    if (selection === undefined) return coreProvider(refreshing(source, options));
    return new DerivedProvider(provide(selection.parent), source.name, selection.derivation);
  }

  return {
    provide: <V>(input: SourceOrProvider<V>) => provide(input) as CoreProvider<V>,
    async [Symbol.asyncDispose]() {
      await Promise.all([...wrapped.values()].map((provider) => provider[Symbol.asyncDispose]()));
    },
  };
}
