import type { Credential } from '../credential.ts';
import type { CredentialSource, FetchContext } from '../credential-source.ts';

interface Selection<V, P> {
  readonly parent: CredentialSource<P>;
  readonly derive: (credential: Credential<P>) => Credential<V>;
}

const selections = new WeakMap<CredentialSource<never>, Selection<never, unknown>>();

/** How a source was selected from another, so that whoever wraps it can share the other's provider. */
export function selectionOf<V>(source: CredentialSource<V>): Selection<V, unknown> | undefined {
  return selections.get(source as unknown as CredentialSource<never>) as Selection<V, unknown> | undefined;
}

/** On its own it fetches for itself; sharing happens where core wraps it (`providerOf`). */
export function selectedSource<V, P>(
  parent: CredentialSource<P>,
  name: string,
  derive: (credential: Credential<P>) => Credential<V>,
): CredentialSource<V> {
  const parents = new WeakMap<Credential<V>, Credential<P>>();
  const upwards = (credential: Credential<V> | undefined) => credential && parents.get(credential);
  const { release } = parent;
  const source: CredentialSource<V> = {
    name,
    async fetch({ previous, rejected, ...context }: FetchContext<V>) {
      const [renewable, refused] = [upwards(previous), upwards(rejected)];
      const asked: FetchContext<P> = {
        ...context,
        ...(renewable && { previous: renewable }),
        ...(refused && { rejected: refused }),
      };
      const credential = await parent.fetch(asked);
      if (credential === renewable && previous !== undefined) return previous;
      const derived = derive(credential);
      parents.set(derived, credential);
      return derived;
    },
    ...(release && {
      async release(credential: Credential<V>, context: { readonly signal: AbortSignal }) {
        const minted = parents.get(credential);
        if (minted !== undefined) await release.call(parent, minted, context);
      },
    }),
  };
  selections.set(
    source as unknown as CredentialSource<never>,
    { parent, derive } as unknown as Selection<never, unknown>,
  );
  return source;
}
