import type { Clock } from './clock.ts';
import type { Credential } from './credential.ts';
import type { Secret } from './secret.ts';

/** What core tells a source at each fetch. */
export interface FetchContext<V = Secret> {
  /** Must end the fetch promptly when it aborts: the deadline passed, or the provider was disposed. See `abortError`. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Milliseconds. A stored credential must live longer than this to be returned; what was just minted may be shorter. */
  readonly minValidityMs: number;
  /** The credential in hand: renew it, or answer "unchanged" by returning this very object. */
  readonly previous?: Credential<V>;
  /** A server refused this one: it must not be renewed, nor answered from any store or cache. */
  readonly rejected?: Credential<V>;
}

/**
 * The whole adapter contract: fetch one credential now, or throw a `CredentialError`.
 *
 * A source must not cache credentials, retry across fetches, set timers or log: core does all of it, once.
 * It may be called concurrently only by different providers; one provider never has two fetches under way.
 */
export interface CredentialSource<V = Secret> {
  /** Names the source in errors, events and status, e.g. `env:GITHUB_TOKEN`. Never a secret. */
  readonly name: string;
  /**
   * @throws {CredentialError} with the code that fits, `aborted` or `timed_out` where the signal ended it; anything
   *   else thrown counts as `invalid_response`
   */
  fetch(context: FetchContext<V>): Promise<Credential<V>>;
  /**
   * Gives back what `fetch` minted. Core calls it once per `lease`: after the overlap, on disposal, after a
   * schema refusal, for an answer that came too late. A second release must do no harm.
   * @throws {CredentialError} where it failed: told by an event, never retried
   */
  release?(credential: Credential<V>, context: { readonly signal: AbortSignal }): Promise<void>;
}
