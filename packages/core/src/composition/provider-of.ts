import type { CredentialProvider } from '../credential-provider.ts';
import type { CredentialSource } from '../credential-source.ts';
import { providerSettings } from '../refreshing/provider-options.ts';
import { RefreshingProvider } from '../refreshing/refreshing-provider.ts';
import { type CoreProvider, DerivedProvider } from './derived-provider.ts';
import { selectionOf } from './selected-source.ts';
import { isProvider, type SourceOrProvider } from './source-or-provider.ts';

export interface ProviderHandle<V> {
  readonly provider: CoreProvider<V>;
  /** Disposes what was wrapped here, when its last user is done; a provider that was given is left alone. */
  dispose(): Promise<void>;
}

/** A provider of the input: its own where it is one, else one that is shared by everybody who names the same source. */
export function providerOf<V>(input: SourceOrProvider<V>): ProviderHandle<V> {
  if (isProvider(input)) return { provider: coreProvider(input), dispose: async () => undefined };
  const selection = selectionOf(input);
  if (selection === undefined) return sharedProvider(input);
  const parent = providerOf(selection.parent);
  return { provider: new DerivedProvider(parent.provider, input.name, selection.derive), dispose: parent.dispose };
}

function coreProvider<V>(provider: CredentialProvider<V>): CoreProvider<V> {
  if (provider instanceof RefreshingProvider || provider instanceof DerivedProvider) return provider;
  throw new TypeError('a CredentialProvider is made by refreshing(), not by hand; write a CredentialSource instead');
}

interface Shared {
  readonly provider: RefreshingProvider<unknown>;
  users: number;
}

const shared = new WeakMap<CredentialSource<unknown>, Shared>();

function sharedProvider<V>(source: CredentialSource<V>): ProviderHandle<V> {
  const key = source as CredentialSource<unknown>;
  let entry = shared.get(key);
  if (entry === undefined) {
    entry = { provider: new RefreshingProvider(key, providerSettings({})), users: 0 };
    shared.set(key, entry);
  }
  const { provider } = entry;
  entry.users += 1;
  let disposed: Promise<void> | undefined;
  return {
    provider: provider as RefreshingProvider<V>,
    dispose() {
      disposed ??= leave(key, entry);
      return disposed;
    },
  };
}

async function leave(key: CredentialSource<unknown>, entry: Shared): Promise<void> {
  entry.users -= 1;
  if (entry.users > 0) return;
  shared.delete(key);
  await entry.provider[Symbol.asyncDispose]();
}
