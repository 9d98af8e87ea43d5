import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialEvent } from '../credential-event.ts';
import type { CredentialSource } from '../credential-source.ts';
import { after, type Deadline, earlier, hasPassed, readClock } from './deadline.ts';
import { disposedError, expiredOnArrival, isLocal } from './failure-handling.ts';
import { fetchAttempt, toCredentialError } from './fetch-attempt.ts';
import { type HeldCredential, holdCredential, watchSuperseded } from './held-credential.ts';
import { type LeaseKeeper, leaseKeeper } from './lease-keeper.ts';
import { lifetimeOf } from './lifetime.ts';
import { type Pause, pauseAfter } from './pacing.ts';
import type { ProviderSettings } from './provider-options.ts';
import { newRefusal, pauseRefused, type Refusal } from './refusal.ts';
import { sameCredential } from './same-credential.ts';
import { withDeadline } from './with-deadline.ts';

/** Throws a `CredentialError` where a new credential is not acceptable; the old one is kept then. */
export type CredentialCheck<V> = (credential: Credential<V>) => Promise<void>;

/** An event without what every event has. */
export type EventDetails = CredentialEvent extends infer E
  ? E extends CredentialEvent
    ? Omit<E, 'source' | 'at'>
    : never
  : never;

export interface SlotOptions<V> {
  readonly source: CredentialSource<V>;
  readonly settings: ProviderSettings;
  readonly report: (event: EventDetails) => void;
  /** Told whenever the next refresh may be due at another time. */
  readonly onChange: () => void;
}

/** The life asked of a stored credential while nothing is known of its usual lifetime; golang.org/x/oauth2 uses the same. */
const DEFAULT_MIN_VALIDITY_MS = 10_000;

/** The one place that fetches: holds the current credential and replaces it, one fetch at a time. */
export class CredentialSlot<V> {
  /** Every new credential must pass these. */
  checks: Set<CredentialCheck<V>> | undefined;
  /** Called when a fetch begins, so that the refreshes of one load go out together. */
  onFetch: (() => void) | undefined;
  held: HeldCredential<V> | undefined;
  /** The failures since the last success. */
  failure: Pause | undefined;
  #refusal: Refusal<V> | undefined;
  #replaced: { readonly credential: Credential<V>; readonly until: Deadline } | undefined;
  #attempt: Promise<Credential<V>> | undefined;
  #leases: LeaseKeeper<V> | undefined;
  #disposal: AbortController | undefined;
  #disposed = false;
  #adoptedOnce = false;
  readonly #options: SlotOptions<V>;

  constructor(options: SlotOptions<V>) {
    this.#options = options;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  get fetching(): boolean {
    return this.#attempt !== undefined;
  }

  /** The credential in hand was refused by a server, and not accepted since. */
  get refused(): boolean {
    return this.#refusal?.healed === false;
  }

  /** How long the refused credential is not fetched again. */
  get refusalPause(): Pause | undefined {
    return this.#refusal?.pause;
  }

  /** Aborts on disposal, with the error to fail with. Made on demand: an idle provider needs none. */
  get disposal(): AbortSignal {
    this.#disposal ??= new AbortController();
    return this.#disposal.signal;
  }

  /** The replaced credential, while the overlap lasts and it is not expired. */
  previous(): Credential<V> | undefined {
    if (this.#replaced !== undefined && hasPassed(this.#replaced.until, this.#clock)) this.#replaced = undefined;
    return this.#replaced?.credential;
  }

  /** Notes that a server refused `credential`, unless that is known. */
  refuse(credential: Credential<V>): void {
    const known = this.#refusal;
    if (known === undefined || !sameCredential(known.credential, credential)) {
      this.#refusal = newRefusal(credential, this.#clock);
    } else if (known.healed) {
      known.healed = false;
      known.since = readClock(this.#clock);
    } else {
      return;
    }
    this.#options.report({ type: 'rejected', ...versionOf(credential) });
  }

  /** Notes that a server accepted `credential`: an earlier refusal meant nothing lasting. */
  accept(credential: Credential<V>): void {
    if (this.#refusal !== undefined && sameCredential(this.#refusal.credential, credential))
      this.#refusal.healed = true;
  }

  /** Fetches, or joins the fetch that is under way. Every outcome is kept, reported and paced here. */
  fetch(timeoutMs: number, background: boolean): Promise<Credential<V>> {
    if (this.#disposed) return Promise.reject(disposedError(this.#options.source.name));
    if (this.#attempt === undefined) {
      this.#attempt = this.#fetchOnce(timeoutMs, background).finally(() => {
        this.#attempt = undefined;
      });
      this.onFetch?.();
    }
    return this.#attempt;
  }

  async dispose(): Promise<void> {
    const held = this.held;
    this.#disposed = true;
    this.#disposal?.abort(disposedError(this.#options.source.name));
    held?.unwatch?.();
    this.held = undefined;
    this.#replaced = undefined;
    await this.#attempt?.catch(() => undefined); // its callers hear the failure
    if (held?.credential.lease !== undefined) await this.#leaseKeeper().release(held.credential);
    await this.#leases?.releaseRetired();
  }

  get #clock() {
    return this.#options.settings.clock;
  }

  async #fetchOnce(timeoutMs: number, background: boolean): Promise<Credential<V>> {
    const asked = readClock(this.#clock);
    const refused = this.refused ? this.#refusal : undefined;
    try {
      const credential = await this.#ask(timeoutMs, refused);
      await this.#adopt(credential, asked);
      if (refused !== undefined && sameCredential(refused.credential, credential)) {
        throw pauseRefused(refused, this.#options.source.name, this.#clock, this.#options.settings.overlapMs);
      }
      return credential;
    } catch (error) {
      this.#fail(error as CredentialError, background, this.#clock.monotonic() - asked.mono);
      throw error;
    }
  }

  #ask(timeoutMs: number, refused: Refusal<V> | undefined): Promise<Credential<V>> {
    const { source, settings } = this.#options;
    const held = this.held;
    const renewable = held !== undefined && refused === undefined && !hasPassed(held.hard, this.#clock);
    return fetchAttempt({
      source,
      clock: this.#clock,
      timeoutMs,
      disposal: this.disposal,
      context: {
        minValidityMs: held?.aheadMs ?? Math.min(settings.refreshAheadMs, DEFAULT_MIN_VALIDITY_MS),
        ...(renewable && { previous: held.credential }),
        ...(refused !== undefined && { rejected: refused.credential }),
      },
      onLateArrival: (credential) => void this.#releaseUnused(credential),
    });
  }

  /** Makes it the current one, or gives it back and throws. */
  async #adopt(credential: Credential<V>, asked: Deadline): Promise<void> {
    const { source, settings, report } = this.#options;
    const arrived = readClock(this.#clock);
    const next = holdCredential(credential, settings, asked, arrived);
    try {
      if (hasPassed(next.hard, this.#clock)) throw expiredOnArrival(source.name);
      await this.#validate(credential, asked, arrived);
      if (this.#disposed) throw disposedError(source.name);
    } catch (error) {
      await this.#releaseUnused(credential);
      throw error;
    }
    const outcome = this.#outcome(credential);
    this.failure = undefined;
    if (this.#refusal !== undefined && !sameCredential(this.#refusal.credential, credential)) this.#refusal = undefined;
    if (credential.singleUse !== true) this.#hold(next, outcome);
    report({
      type: 'fetched',
      outcome,
      durationMs: arrived.mono - asked.mono,
      ...versionOf(credential),
      ...(credential.expiresAt && { expiresAt: credential.expiresAt }),
    });
    this.#options.onChange();
  }

  async #validate(credential: Credential<V>, asked: Deadline, arrived: Deadline): Promise<void> {
    const { checks } = this;
    if (checks === undefined) return;
    const { source, settings, report } = this.#options;
    const onTimeout = () =>
      new CredentialError('invalid_response', 'the check of the new value did not end in time', {
        source: source.name,
      });
    try {
      await withDeadline({ ...settings, onTimeout, signal: this.disposal }, async () => {
        for (const check of checks) await check(credential);
      });
    } catch (error) {
      this.#keepHeld(asked, arrived);
      report({ type: 'schema_refused', error: toCredentialError(error, source.name) });
      throw error;
    }
  }

  /** The source answered, but with something unusable: what is in hand stays current, and the source is asked again soon. */
  #keepHeld(asked: Deadline, arrived: Deadline): void {
    if (this.held === undefined || hasPassed(this.held.hard, this.#clock)) return;
    const { fresh } = lifetimeOf(this.held.credential, this.#options.settings, asked, arrived);
    this.held = { ...this.held, fresh };
  }

  #outcome(credential: Credential<V>): 'first' | 'replaced' | 'renewed' | 'unchanged' {
    const current = this.held?.credential;
    if (current === undefined) return this.#adoptedOnce ? 'replaced' : 'first';
    if (current === credential) return 'unchanged';
    if (current.lease !== credential.lease) return 'replaced';
    if (current.lease !== undefined) return 'renewed';
    return sameCredential(current, credential) ? 'unchanged' : 'replaced';
  }

  #hold(next: HeldCredential<V>, outcome: string): void {
    const old = this.held;
    this.#adoptedOnce = true;
    old?.unwatch?.();
    this.held = next;
    if (old !== undefined && outcome === 'replaced') this.#retire(old);
    watchSuperseded(next, () => this.#supersede(next));
  }

  #supersede(held: HeldCredential<V>): void {
    this.held = undefined;
    this.#retire(held);
    this.#options.report({ type: 'superseded', ...versionOf(held.credential) });
    this.#options.onChange();
  }

  #retire({ credential, hard }: HeldCredential<V>): void {
    const overlapEnds = after(readClock(this.#clock), this.#options.settings.overlapMs);
    this.#replaced = { credential, until: earlier(overlapEnds, hard) };
    if (credential.lease !== undefined) this.#leaseKeeper().retire(credential);
  }

  /** Gives back what was minted and cannot be used: never the lease in hand. */
  async #releaseUnused(credential: Credential<V>): Promise<void> {
    if (credential.lease === undefined || credential.lease === this.held?.credential.lease) return;
    await this.#leaseKeeper().release(credential);
  }

  #leaseKeeper(): LeaseKeeper<V> {
    const { source, settings, report } = this.#options;
    this.#leases ??= leaseKeeper({
      source,
      ...settings,
      onReleased: (error) => report(error === undefined ? { type: 'released' } : { type: 'release_failed', error }),
    });
    return this.#leases;
  }

  #fail(error: CredentialError, background: boolean, durationMs: number): void {
    if (this.#disposed) return;
    const { settings, report } = this.#options;
    const refusedPause = this.refusalPause;
    const failure = refusedPause?.error === error ? refusedPause : this.#pause(error, settings);
    if (failure !== refusedPause) this.failure = failure;
    report({ type: 'fetch_failed', background, durationMs, failures: failure.failures, error });
    this.#options.onChange();
  }

  #pause(error: CredentialError, settings: ProviderSettings): Pause {
    const missing = error.code === 'not_found' ? settings.missingTtlMs : 0;
    const limits = { minimumMs: Math.max(error.retryAfterMs ?? 0, missing), ...(isLocal(error) && { capMs: 0 }) };
    return pauseAfter(this.failure, error, this.#clock, limits);
  }
}

function versionOf(credential: Credential<unknown>): { version?: string } {
  return credential.version === undefined ? {} : { version: credential.version };
}
