import { abortError } from './abort-error.ts';
import type { Credential, CredentialValue } from './credential.ts';
import type { CredentialSource, FetchContext } from './credential-source.ts';
import { isSecret } from './secret.ts';

export interface FixedSourceOptions {
  /** Names the source in errors, events and status. Never a secret. Default: `fixed`. */
  readonly name?: string;
}

/**
 * A source that always yields the same: for tests, for values an application already holds, for a last resort
 * behind `firstConfigured`.
 *
 * Takes a `Secret`, a record of Secrets and strings, or a whole credential (with expiry, version, origin).
 */
export function fixedSource<V extends CredentialValue>(
  credential: Credential<V>,
  options?: FixedSourceOptions,
): CredentialSource<V>;
export function fixedSource<V extends CredentialValue>(value: V, options?: FixedSourceOptions): CredentialSource<V>;
export function fixedSource<V extends CredentialValue>(
  fixed: V | Credential<V>,
  options: FixedSourceOptions = {},
): CredentialSource<V> {
  const name = options.name ?? 'fixed';
  const template: Omit<Credential<V>, 'origin'> = isCredential(fixed) ? fixed : { value: fixed };
  const origin = isCredential(fixed) ? fixed.origin : { adapter: 'fixed', reference: name };
  return {
    name,
    async fetch({ signal, clock, previous, rejected }: FetchContext<V>) {
      if (signal.aborted) throw abortError(signal, name);
      if (rejected === undefined && previous?.value === template.value) return previous;
      return { ...template, origin: { ...origin, fetchedAt: new Date(clock.now()) } };
    },
  };
}

/** Fields of a record value are Secrets and strings, so a field `origin` that is another object tells a credential. */
function isCredential<V extends CredentialValue>(fixed: V | Credential<V>): fixed is Credential<V> {
  return 'origin' in fixed && typeof fixed.origin === 'object' && !isSecret(fixed.origin);
}
