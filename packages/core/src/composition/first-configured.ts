import type { Credential } from '../credential.ts';
import { CredentialError, isCredentialError } from '../credential-error.ts';
import type { CredentialSource, FetchContext } from '../credential-source.ts';
import { isProvider, type SourceOrProvider } from './source-or-provider.ts';

/**
 * The first member that is configured on this machine. Goes on past `not_configured` only: a member that is denied,
 * unreachable or lacks the secret ends the search with its error, so that no weaker member hides the failure.
 *
 * `previous`, `rejected` and `release` reach only the member that minted the credential.
 * @throws {TypeError} without members
 */
export function firstConfigured<V>(...members: readonly SourceOrProvider<V>[]): CredentialSource<V> {
  if (members.length === 0) throw new TypeError('firstConfigured needs at least one source');
  const sources = members.map((member) => (isProvider(member) ? sourceOfProvider(member) : member));
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

  return {
    name,
    async fetch(context) {
      const passed: CredentialError[] = [];
      for (const source of sources) {
        try {
          return await fetchFrom(source, context);
        } catch (error) {
          if (!isCredentialError(error, 'not_configured')) throw stoppedAt(source, passed, error);
          passed.push(error);
        }
      }
      throw noneConfigured(name, passed);
    },
    ...(sources.some((source) => source.release) && {
      async release(credential: Credential<V>, context: { readonly signal: AbortSignal }) {
        await minters.get(credential)?.release?.(credential, context);
      },
    }),
  };
}

function sourceOfProvider<V>(provider: Exclude<SourceOrProvider<V>, CredentialSource<V>>): CredentialSource<V> {
  return {
    name: provider.name,
    fetch: ({ signal, rejected }) => provider.get({ signal, rejected }),
  };
}

function stoppedAt<V>(source: CredentialSource<V>, passed: readonly CredentialError[], error: unknown): unknown {
  if (!isCredentialError(error) || passed.length === 0) return error;
  const before = passed.map((member) => member.source ?? 'an unnamed source').join(', ');
  return new CredentialError(
    error.code,
    `${error.message} (the search stopped here; not configured before it: ${before})`,
    {
      source: error.source ?? source.name,
      retryAfterMs: error.retryAfterMs,
      hint: error.hint,
      cause: error,
    },
  );
}

function noneConfigured(name: string, errors: readonly CredentialError[]): CredentialError {
  const reasons = errors.map((error) => `${error.source ?? 'a source'}: ${error.message}`);
  const hints = [...new Set(errors.map((error) => error.hint).filter((hint) => hint !== undefined))];
  return new CredentialError('not_configured', `none is configured: ${reasons.join('; ')}`, {
    source: name,
    hint: hints.length === 0 ? undefined : `one of: ${hints.join('; or ')}`,
    cause: new AggregateError(errors, 'every member is not configured'),
  });
}
