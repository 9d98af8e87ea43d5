import type { Clock } from '../clock.ts';
import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialSource, FetchContext } from '../credential-source.ts';
import { withDeadline } from './with-deadline.ts';

export interface AttemptOptions<V> {
  readonly source: CredentialSource<V>;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborted, with the error to fail with, when the provider is disposed. */
  readonly disposal: AbortSignal;
  readonly context: Pick<FetchContext<V>, 'minValidityMs' | 'previous' | 'rejected'>;
  /** Gets a credential that arrived after the attempt was given up. */
  readonly onLateArrival: (credential: Credential<V>) => void;
}

/**
 * One call of `source.fetch`, ended by the deadline or by disposal even where the source ignores its signal.
 * @throws {CredentialError} always of this class
 */
export async function fetchAttempt<V>(options: AttemptOptions<V>): Promise<Credential<V>> {
  const { source, clock, timeoutMs, disposal, context } = options;
  const onTimeout = () =>
    new CredentialError('timed_out', `no answer within ${Math.round(timeoutMs)} ms`, {
      source: source.name,
      hint: 'check that the backend can be reached, or raise timeoutMs',
    });
  try {
    return await withDeadline({ clock, timeoutMs, onTimeout, signal: disposal }, (signal) => {
      const fetched = callSource(source, { ...context, clock, signal });
      fetched.then(
        (credential) => signal.aborted && options.onLateArrival(credential),
        () => undefined, // the race hears it, or it came too late to matter
      );
      return fetched;
    });
  } catch (error) {
    throw toCredentialError(error, source.name);
  }
}

async function callSource<V>(source: CredentialSource<V>, context: FetchContext<V>): Promise<Credential<V>> {
  const credential: Credential<V> | undefined = await source.fetch(context);
  if (credential?.value === undefined) {
    throw new CredentialError('invalid_response', 'the source answered without a credential', { source: source.name });
  }
  return credential;
}

/** Anything else thrown may quote a secret, so only its class and system code are kept. */
export function toCredentialError(error: unknown, source: string): CredentialError {
  if (error instanceof CredentialError) return error;
  const kind = error instanceof Error ? error.name : typeof error;
  const code = (error as { code?: unknown } | null | undefined)?.code;
  const detail = typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? `${kind} ${code}` : kind;
  return new CredentialError('invalid_response', `the source failed with an unexpected error (${detail})`, {
    source,
    hint: 'a source must throw a CredentialError; this one needs a fix',
  });
}
