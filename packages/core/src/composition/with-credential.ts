import type { Credential } from '../credential.ts';
import { isCredentialError } from '../credential-error.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import { sameCredential } from '../refreshing/same-credential.ts';

/** How one use of a credential ended. */
export interface UseOutcome {
  /** What the use threw. */
  readonly error?: unknown;
  /** What the use returned. */
  readonly value?: unknown;
}

export interface WithCredentialOptions {
  /** Whether the outcome means that a server refused the credential. Default: a thrown error or a returned Response with `status` 401. */
  readonly isRejected?: (outcome: UseOutcome) => boolean;
  /** Ends the wait for a credential; the use itself has to heed it on its own. */
  readonly signal?: AbortSignal | undefined;
}

/** Providers whose credential a server has accepted before: only those are waited for when it is refused. */
const accepted = new WeakSet<CredentialProvider<never>>();

/**
 * Runs `use` with the credential. Where a server refuses it, the credential is fetched anew and `use` runs again;
 * if nothing newer is to be had the replaced credential is tried, and then, where a credential of this provider was
 * accepted before, the wait for a new one goes on until `overlapMs` after the refusal. So no use fails through a
 * rotation, even where the backend accepts the new credential before the source gives it.
 *
 * `use` may run several times: it must be safe to repeat after a refusal.
 * The last refusal is returned or thrown as `use` returned or threw it.
 * @throws {CredentialError} where no credential is to be had at all
 */
export async function withCredential<V, R>(
  provider: CredentialProvider<V>,
  use: (credential: Credential<V>) => Promise<R> | R,
  options: WithCredentialOptions = {},
): Promise<R> {
  const { isRejected = refusedWith401, signal } = options;
  const refused: Refused<V> = { triedPrevious: false };
  let credential = await provider.get({ signal });
  for (;;) {
    const outcome = await run(use, credential);
    if (!isRejected(outcome)) {
      accepted.add(provider as CredentialProvider<never>);
      return unwrap(outcome);
    }
    if (credential !== refused.previous) refused.current = credential;
    const next = await nextCredential(provider, refused, signal);
    if (next === undefined) return unwrap(outcome);
    await discard(outcome.value);
    credential = next;
  }
}

interface Refused<V> {
  current?: Credential<V>;
  previous?: Credential<V>;
  triedPrevious: boolean;
}

/** What to try after a refusal; `undefined` where there is nothing else. */
async function nextCredential<V>(
  provider: CredentialProvider<V>,
  refused: Refused<V>,
  signal: AbortSignal | undefined,
): Promise<Credential<V> | undefined> {
  for (;;) {
    try {
      return await provider.get({ signal, rejected: refused.current });
    } catch (error) {
      if (!isCredentialError(error) || error.code === 'aborted') throw error;
      const previous = untriedPrevious(provider, refused);
      if (previous !== undefined) return previous;
      // The provider paces these attempts itself, and leaves retryAfterMs out when the overlap is over.
      const mayStillRotate = error.code === 'unauthenticated' && error.retryAfterMs !== undefined;
      if (!mayStillRotate || !accepted.has(provider as CredentialProvider<never>)) return undefined;
    }
  }
}

function untriedPrevious<V>(provider: CredentialProvider<V>, refused: Refused<V>): Credential<V> | undefined {
  const previous = provider.previous();
  if (refused.triedPrevious || previous === undefined) return undefined;
  if (refused.current !== undefined && sameCredential(previous, refused.current)) return undefined;
  refused.triedPrevious = true;
  refused.previous = previous;
  return previous;
}

interface Outcome<R> extends UseOutcome {
  readonly value?: R;
  readonly failed: boolean;
}

async function run<V, R>(
  use: (credential: Credential<V>) => Promise<R> | R,
  credential: Credential<V>,
): Promise<Outcome<R>> {
  try {
    return { failed: false, value: await use(credential) };
  } catch (error) {
    return { failed: true, error };
  }
}

function unwrap<R>(outcome: Outcome<R>): R {
  if (outcome.failed) throw outcome.error;
  return outcome.value as R;
}

function refusedWith401({ error, value }: UseOutcome): boolean {
  if (value instanceof Response) return value.status === 401;
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 401;
}

/** A refused response that nobody will read would hold its connection. */
async function discard(value: unknown): Promise<void> {
  if (value instanceof Response && !value.bodyUsed) await value.body?.cancel();
}
