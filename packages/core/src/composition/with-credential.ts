import { abortError } from '../abort-error.ts';
import type { Credential } from '../credential.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import { isRefusedAgain } from '../refreshing/failure-handling.ts';
import { sameCredential } from '../refreshing/same-credential.ts';
import { sleep } from '../refreshing/waiting.ts';
import { coreProvider } from './core-provider.ts';
import type { CoreProvider } from './derived-provider.ts';
import {
  discard,
  type Outcome,
  outcomeOf,
  provesAcceptance,
  refusedWith401,
  type UseOutcome,
  unwrap,
} from './use-outcome.ts';

export type { UseOutcome } from './use-outcome.ts';

export interface WithCredentialOptions {
  /** Whether the outcome means that a server refused the credential. Default: a thrown error or a returned Response with `status` 401. */
  readonly isRejected?: (outcome: UseOutcome) => boolean;
  /** Ends the wait for a credential; the use itself has to heed it on its own. */
  readonly signal?: AbortSignal | undefined;
}

/** How many new credentials one call tries at most: a source that mints at each fetch would give them for ever. */
const MAX_REPLACEMENTS = 3;

/** Providers whose credential a server has accepted before: only with those a refusal can mean a rotation. */
const accepted = new WeakSet<object>();

/**
 * Runs `use` with the credential. Where a server refuses it, `use` runs with the replaced credential, if there is one
 * within `overlapMs`, and then with a credential fetched anew. Where a credential of this provider was accepted before
 * and nothing newer is to be had yet, all of this is repeated, paced by the provider, until `overlapMs` after the
 * first refusal: so no use fails through a rotation, whether the source or the server learns of it first.
 *
 * `use` may run several times: it must be safe to repeat after a refusal.
 * The last refusal is returned or thrown as `use` returned or threw it.
 * @throws {CredentialError} where no credential is to be had at all, or `signal` ended the wait
 */
export async function withCredential<V, R>(
  provider: CredentialProvider<V>,
  use: (credential: Credential<V>) => Promise<R> | R,
  options: WithCredentialOptions = {},
): Promise<R> {
  const { isRejected = refusedWith401, signal } = options;
  const core = coreProvider(provider);
  const attempt = async (candidate: Credential<V>): Promise<Attempt<R>> => {
    const outcome = await outcomeOf(() => use(candidate));
    const refused = isRejected(outcome);
    if (!refused && provesAcceptance(outcome)) {
      accepted.add(core);
      core.accepted(candidate);
    }
    return { outcome, refused };
  };
  let credential = await provider.get({ signal });
  let before: Credential<V> | undefined;
  for (let replacements = 0; ; ) {
    const { outcome, refused } = await attemptBoth(provider, { credential, before }, attempt);
    if (!refused) return unwrap(outcome);
    const maxReplacements = accepted.has(core) ? MAX_REPLACEMENTS : 1;
    const next = replacements < maxReplacements ? await nextCredential(core, credential, signal) : undefined;
    if (next === undefined) return unwrap(outcome);
    await discard(outcome);
    if (signal?.aborted === true) throw abortError(signal, provider.name);
    const isNew = !sameCredential(next, credential);
    if (isNew) replacements += 1;
    before = isNew ? credential : undefined;
    credential = next;
  }
}

interface Attempt<R> {
  readonly outcome: Outcome<R>;
  readonly refused: boolean;
}

/** The current one, and where it is refused the one that it replaced, unless that was refused just `before`. */
async function attemptBoth<V, R>(
  provider: CredentialProvider<V>,
  { credential, before }: { readonly credential: Credential<V>; readonly before: Credential<V> | undefined },
  attempt: (candidate: Credential<V>) => Promise<Attempt<R>>,
): Promise<Attempt<R>> {
  const first = await attempt(credential);
  const previous = first.refused ? provider.previous() : undefined;
  if (previous === undefined || sameCredential(previous, credential)) return first;
  if (before !== undefined && sameCredential(previous, before)) return first;
  await discard(first.outcome);
  return attempt(previous);
}

/** What to try after a refusal, possibly the same again; `undefined` where there is no hope. */
async function nextCredential<V>(
  provider: CoreProvider<V>,
  refused: Credential<V>,
  signal: AbortSignal | undefined,
): Promise<Credential<V> | undefined> {
  try {
    return await provider.get({ signal, rejected: refused });
  } catch (error) {
    if (signal?.aborted === true) return refused; // only to be dropped: the caller has gone
    if (!accepted.has(provider) || !isRefusedAgain(error) || error.retryAfterMs === undefined) return undefined;
    // The provider waits between two fetches itself, unless its timeoutMs is too short for that.
    if (provider.status().lastError !== error) await sleep(provider.clock, error.retryAfterMs, signal);
    return provider.current();
  }
}
