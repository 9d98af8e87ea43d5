import type { Credential } from '../credential.ts';
import { CredentialError, isCredentialError } from '../credential-error.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import type { CredentialSource, FetchContext } from '../credential-source.ts';
import { isRefusedAgain } from '../refreshing/failure-handling.ts';
import { derivation } from './derivation.ts';
import { isProvider, type SourceOrProvider } from './source-or-provider.ts';

type Named = Pick<CredentialSource, 'name'>;

/** The members of each chain, so that a chain in a chain is one chain. */
const chains = new WeakMap<CredentialSource<unknown>, readonly CredentialSource<unknown>[]>();

/**
 * The first member that is configured on this machine. Goes on past `not_configured` only: a member that is denied,
 * unreachable or lacks the secret ends the search with its error, so that no weaker member hides the failure.
 *
 * `previous`, `rejected` and `release` reach only the member that minted the credential. A member that is a provider
 * keeps what it minted: it is neither released nor disposed from here.
 *
 * Fields that belong together (user and password) are selected from one chain, not chained one by one: two chains
 * fetch for themselves.
 * @throws {TypeError} without members
 */
export function firstConfigured<V>(...members: readonly SourceOrProvider<V>[]): CredentialSource<V> {
  if (members.length === 0) throw new TypeError('firstConfigured needs at least one source');
  const sources = members.flatMap((member) => (isProvider(member) ? [sourceOfProvider(member)] : membersOf(member)));
  const minters = new WeakMap<Credential<V>, CredentialSource<V>>();
  const name = `firstConfigured(${sources.map((source) => source.name).join(', ')})`;

  async function fetchFrom(source: CredentialSource<V>, context: FetchContext<V>): Promise<Credential<V>> {
    const { previous, rejected, ...rest } = context;
    const credential = await source.fetch({
      ...rest,
      ...(previous && minters.get(previous) === source && { previous }),
      ...(rejected && minters.get(rejected) === source && { rejected }),
    });
    minters.set(credential, source);
    return credential;
  }

  const chain: CredentialSource<V> = {
    name,
    async fetch(context) {
      const passed: CredentialError[] = [];
      for (const source of sources) {
        try {
          return await fetchFrom(source, context);
        } catch (error) {
          if (!isCredentialError(error, 'not_configured')) throw stoppedAt(sources.slice(0, passed.length + 1), error);
          passed.push(error);
        }
      }
      throw noneConfigured(name, sources, passed);
    },
    ...(sources.some((source) => source.release) && {
      async release(credential: Credential<V>, context: { readonly signal: AbortSignal }) {
        await minters.get(credential)?.release?.(credential, context);
      },
    }),
  };
  chains.set(chain as CredentialSource<unknown>, sources as readonly CredentialSource<unknown>[]);
  return chain;
}

function membersOf<V>(source: CredentialSource<V>): readonly CredentialSource<V>[] {
  return (chains.get(source as CredentialSource<unknown>) as readonly CredentialSource<V>[] | undefined) ?? [source];
}

/** Without the lease: who wraps the chain must not take for its own what the provider will give back. */
function sourceOfProvider<V>(provider: CredentialProvider<V>): CredentialSource<V> {
  const lent = derivation<V, V>(({ lease: _, ...credential }) => credential);
  return {
    name: provider.name,
    async fetch({ signal, rejected }) {
      const refused = rejected && lent.parentOf(rejected);
      try {
        return lent.of(await provider.get({ signal, rejected: refused }));
      } catch (error) {
        const current = provider.current();
        // What to do about it is up to the one who wraps the chain: it sees the refused credential again.
        if (current !== undefined && isRefusedAgain(error)) return lent.of(current);
        throw error;
      }
    },
  };
}

function stoppedAt(members: readonly Named[], error: unknown): unknown {
  if (!isCredentialError(error) || members.length === 1) return error;
  const names = members.map(({ name }) => name);
  const stopper = names.pop();
  return new CredentialError(
    error.code,
    `${error.message} (the search stopped here; not configured before it: ${names.join(', ')})`,
    { source: error.source ?? stopper, retryAfterMs: error.retryAfterMs, hint: error.hint, cause: error },
  );
}

function noneConfigured(name: string, members: readonly Named[], errors: readonly CredentialError[]): CredentialError {
  const reasons = errors.map((error, index) => `${members[index]?.name}: ${error.message}`);
  const hints = [...new Set(errors.map((error) => error.hint).filter((hint) => hint !== undefined))];
  return new CredentialError('not_configured', `none is configured: ${reasons.join('; ')}`, {
    source: name,
    hint: hints.length > 1 ? `one of: ${hints.join('; or ')}` : hints[0],
    cause: new AggregateError(errors, 'every member is not configured'),
  });
}
