import type { Credential } from '../credential.ts';
import type { CredentialSource, FetchContext } from '../credential-source.ts';
import type { Derivation } from './derivation.ts';

interface Selection<V, P> {
  readonly parent: CredentialSource<P>;
  readonly derivation: Derivation<V, P>;
}

const selections = new WeakMap<CredentialSource<unknown>, Selection<unknown, unknown>>();

/** How a source was selected from another, so that whoever wraps it can share the other's provider. */
export function selectionOf<V>(source: CredentialSource<V>): Selection<V, unknown> | undefined {
  return selections.get(source as CredentialSource<unknown>) as Selection<V, unknown> | undefined;
}

/** On its own it fetches for itself; sharing happens where core wraps it (`providerPool`). */
export function selectedSource<V, P>(
  parent: CredentialSource<P>,
  name: string,
  derivation: Derivation<V, P>,
): CredentialSource<V> {
  const source: CredentialSource<V> = {
    name,
    async fetch({ previous, rejected, ...context }: FetchContext<V>) {
      const renewable = previous && derivation.parentOf(previous);
      const refused = rejected && derivation.parentOf(rejected);
      const credential = await parent.fetch({
        ...context,
        ...(renewable && { previous: renewable }),
        ...(refused && { rejected: refused }),
      });
      try {
        return derivation.of(credential);
      } catch (error) {
        // Nobody will ever see this credential, so nobody else can give it back.
        if (credential.lease !== renewable?.lease) await giveBack(parent, credential, context);
        throw error;
      }
    },
  };
  if (parent.release !== undefined) {
    source.release = async (credential: Credential<V>, context: { readonly signal: AbortSignal }) => {
      const minted = derivation.parentOf(credential);
      if (minted !== undefined) await parent.release?.(minted, context);
    };
  }
  selections.set(source as CredentialSource<unknown>, { parent, derivation } as Selection<unknown, unknown>);
  return source;
}

async function giveBack<P>(
  source: CredentialSource<P>,
  credential: Credential<P>,
  context: { readonly signal: AbortSignal },
): Promise<void> {
  try {
    await source.release?.(credential, context);
  } catch {
    // What the caller has to hear is why the credential was of no use.
  }
}
