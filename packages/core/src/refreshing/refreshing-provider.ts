import { abortError } from '../abort-error.ts';
import type { Clock } from '../clock.ts';
import type { Credential } from '../credential.ts';
import type { CredentialError } from '../credential-error.ts';
import type { CredentialEvent, CredentialEventListener } from '../credential-event.ts';
import type { CredentialProvider, CredentialStatus, GetRequest } from '../credential-provider.ts';
import type { CredentialSource } from '../credential-source.ts';
import { revealText } from '../reveal-text.ts';
import { type CredentialCheck, CredentialSlot, type EventDetails } from './credential-slot.ts';
import { after, type Deadline, hasPassed, later, msUntil, readClock } from './deadline.ts';
import { emit } from './event-hub.ts';
import { allowsStale, disposedError, isRetryable, withRetryAfter } from './failure-handling.ts';
import type { HeldCredential } from './held-credential.ts';
import { isPaused, type Pause, pauseLeftMs } from './pacing.ts';
import type { ProviderSettings } from './provider-options.ts';
import { providerStatus } from './provider-status.ts';
import { sameCredential } from './same-credential.ts';
import { sharedTimer } from './shared-timer.ts';
import { sleep, unlessAborted } from './waiting.ts';

/** Between two attempts that only the timer asks for. */
const KEEP_FRESH_PAUSE_MS = 1_000;

/** A class, not closures: at 100,000 providers the methods are shared. */
export class RefreshingProvider<V> implements CredentialProvider<V> {
  readonly #source: CredentialSource<V>;
  readonly #settings: ProviderSettings;
  readonly #slot: CredentialSlot<V>;
  #listeners: Set<CredentialEventListener> | undefined;
  /** The foreground work that all callers of one kind share. */
  #acquiring: Promise<Credential<V>> | undefined;
  #replacing: Promise<Credential<V>> | undefined;
  /** The single-use credential that was already given to a caller. */
  #handedOut: Credential<V> | undefined;
  #staleReported: Pause | undefined;
  #leased = false;
  #cancelTimer: (() => void) | undefined;
  #disposal: Promise<void> | undefined;

  constructor(source: CredentialSource<V>, settings: ProviderSettings) {
    this.#source = source;
    this.#settings = settings;
    const report = (event: EventDetails) => this.#report(event);
    this.#slot = new CredentialSlot({ source, settings, report, onChange: () => this.#scheduleRefresh() });
  }

  get name(): string {
    return this.#source.name;
  }

  get(request?: GetRequest<V>): Promise<Credential<V>> {
    const { held } = this.#slot;
    if (request === undefined && held !== undefined && !hasPassed(held.soft, this.#settings.clock)) return held.settled;
    return this.#getSlowly(request ?? {});
  }

  async reveal(): Promise<string> {
    return revealText((await this.get()).value, this.name);
  }

  current(): Credential<V> | undefined {
    const { held, failure } = this.#slot;
    const stale = held !== undefined && failure !== undefined && this.#mayBeStale(held, failure);
    return this.#freshInHand() ?? (stale ? held.credential : undefined);
  }

  previous(): Credential<V> | undefined {
    return this.#slot.previous();
  }

  status(): CredentialStatus {
    return providerStatus(this.name, this.#slot, this.#settings, this.current() !== undefined);
  }

  subscribe(listener: CredentialEventListener): () => void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return () => {
      this.#listeners?.delete(listener);
    };
  }

  get clock(): Clock {
    return this.#settings.clock;
  }

  /** A server accepted `credential`: an earlier refusal of it is forgotten. */
  accepted(credential: Credential<V>): void {
    this.#slot.accept(credential);
  }

  /** Every credential from now on must pass `check`; the answer ends that. */
  addCheck(check: CredentialCheck<V>): () => void {
    this.#slot.checks ??= new Set();
    this.#slot.checks.add(check);
    return () => {
      this.#slot.checks?.delete(check);
    };
  }

  /** The provider that really fetches: itself. A derived provider answers its parent's. */
  get root(): RefreshingProvider<unknown> {
    return this as RefreshingProvider<unknown>;
  }

  /** Tells `listener` whenever a fetch begins; one listener at most. */
  onFetch(listener: (() => void) | undefined): void {
    this.#slot.onFetch = listener;
  }

  /** Fetches in the background if the refresh window has begun, or is about to. For the siblings of one load. */
  refreshIfSoonDue(): void {
    const { held } = this.#slot;
    if (held === undefined || held.credential.lease !== undefined) return;
    const soon = after(held.soft, -held.aheadMs);
    if (hasPassed(soon, this.#settings.clock)) this.#refreshInBackground();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#cancelTimer?.();
    this.#disposal ??= this.#slot.dispose();
    return this.#disposal;
  }

  async #getSlowly({ signal, rejected }: GetRequest<V>): Promise<Credential<V>> {
    if (this.#slot.disposed) throw disposedError(this.name);
    if (signal?.aborted === true) throw abortError(signal, this.name);
    const { held } = this.#slot;
    if (rejected !== undefined && (held === undefined || sameCredential(rejected, held.credential))) {
      return this.#replace(rejected, signal);
    }
    if (held !== undefined && !hasPassed(held.fresh, this.#settings.clock)) {
      if (hasPassed(held.soft, this.#settings.clock)) this.#refreshInBackground();
      return held.credential;
    }
    return this.#acquire(signal);
  }

  /** A single-use credential goes to one of the waiting callers; the others go on waiting for their own. */
  async #acquire(signal: AbortSignal | undefined): Promise<Credential<V>> {
    for (;;) {
      this.#acquiring ??= this.#fetchUsable().finally(() => {
        this.#acquiring = undefined;
      });
      const credential = await unlessAborted(this.#acquiring, signal, this.name);
      if (this.#take(credential)) return credential;
    }
  }

  /** Whether a caller may have it: a single-use credential only the first that asks. */
  #take(credential: Credential<V>): boolean {
    if (credential.singleUse !== true) return true;
    if (credential === this.#handedOut) return false;
    this.#handedOut = credential;
    return true;
  }

  async #replace(rejected: Credential<V>, signal: AbortSignal | undefined): Promise<Credential<V>> {
    for (;;) {
      this.#slot.refuse(rejected); // again, where another server accepted it meanwhile
      this.#replacing ??= this.#fetchReplacement(rejected).finally(() => {
        this.#replacing = undefined;
      });
      const credential = await unlessAborted(this.#replacing, signal, this.name);
      // A fetch that was under way already did not know of the refusal, nor does work for an older one.
      if (!sameCredential(credential, rejected) && this.#take(credential)) return credential;
    }
  }

  /** For callers without a fresh credential: retries within `timeoutMs`, or answers a stale one where that is allowed. */
  async #fetchUsable(): Promise<Credential<V>> {
    const deadline = this.#deadline();
    for (;;) {
      const stale = this.#serveStale();
      if (stale !== undefined) return stale;
      try {
        await this.#waitOut(this.#slot.failure, deadline);
        return await this.#slot.fetch(msUntil(deadline, this.#settings.clock), false);
      } catch (error) {
        const usable = this.#freshInHand() ?? this.#serveStale();
        if (usable !== undefined) return usable;
        if (!this.#worthAnotherTry(error as CredentialError, deadline)) throw error;
      }
    }
  }

  /** For callers whose credential a server refused: fetches until there is another one, paced. */
  async #fetchReplacement(rejected: Credential<V>): Promise<Credential<V>> {
    const deadline = this.#deadline();
    for (;;) {
      const inHand = this.#freshInHand();
      if (inHand !== undefined && !sameCredential(inHand, rejected)) return inHand;
      try {
        await this.#waitOut(this.#slot.failure, deadline);
        await this.#waitOut(this.#slot.refusalPause, deadline);
        return await this.#slot.fetch(msUntil(deadline, this.#settings.clock), false);
      } catch (error) {
        if (!this.#worthAnotherTry(error as CredentialError, deadline)) throw error;
      }
    }
  }

  #deadline(): Deadline {
    return after(readClock(this.#settings.clock), this.#settings.timeoutMs);
  }

  #freshInHand(): Credential<V> | undefined {
    const { held } = this.#slot;
    return held !== undefined && !hasPassed(held.fresh, this.#settings.clock) ? held.credential : undefined;
  }

  #worthAnotherTry(error: CredentialError, deadline: Deadline): boolean {
    const { failure, disposed } = this.#slot;
    const { clock } = this.#settings;
    const pauseMs = failure === undefined ? 0 : pauseLeftMs(failure, clock);
    return isRetryable(error) && !disposed && pauseMs < msUntil(deadline, clock);
  }

  /** Sleeps until the next attempt is allowed, or fails with the remembered error where waiting is no use. */
  async #waitOut(pause: Pause | undefined, deadline: Deadline): Promise<void> {
    const { clock } = this.#settings;
    if (!isPaused(pause, clock)) return;
    const leftMs = pauseLeftMs(pause, clock);
    const refusedAgain = pause === this.#slot.refusalPause && pause.error.retryAfterMs !== undefined;
    const mayWait = isRetryable(pause.error) || refusedAgain;
    if (!mayWait || leftMs >= msUntil(deadline, clock)) throw withRetryAfter(pause.error, leftMs);
    await sleep(clock, leftMs, this.#slot.disposal);
  }

  #serveStale(): Credential<V> | undefined {
    const { held, failure } = this.#slot;
    if (held === undefined || failure === undefined || !this.#mayBeStale(held, failure)) return undefined;
    this.#refreshInBackground();
    if (this.#staleReported !== failure) {
      this.#staleReported = failure;
      const ageMs = readClock(this.#settings.clock).mono - held.asked.mono;
      this.#report({ type: 'stale_served', ageMs, error: failure.error });
    }
    return held.credential;
  }

  #mayBeStale(held: HeldCredential<V>, failure: Pause): boolean {
    const { staleIfErrorMs, clock } = this.#settings;
    if (staleIfErrorMs === 0 || !allowsStale(failure.error) || hasPassed(held.hard, clock)) return false;
    return !hasPassed(after(held.fresh, staleIfErrorMs), clock);
  }

  /** Answers whether a fetch is under way now. Its failure is heard by event and status. */
  #refreshInBackground(): boolean {
    const { clock, timeoutMs } = this.#settings;
    const { fetching, disposed, failure, refusalPause } = this.#slot;
    if (fetching) return true;
    if (disposed || isPaused(failure, clock) || isPaused(refusalPause, clock)) return false;
    this.#slot.fetch(timeoutMs, true).catch(() => undefined);
    return true;
  }

  /** The timer of `keepFresh`; without it nothing is scheduled and refreshing is driven by `get` alone. */
  #scheduleRefresh(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const { held, failure, disposed } = this.#slot;
    this.#leased ||= held?.credential.lease !== undefined;
    if (disposed || !(this.#settings.keepFresh ?? this.#leased)) return;
    const due = failure?.until ?? held?.soft;
    if (due === undefined && this.#refreshInBackground()) return;
    const soonest = after(readClock(this.#settings.clock), KEEP_FRESH_PAUSE_MS);
    this.#cancelTimer = sharedTimer(this.#settings.clock).schedule(later(due ?? soonest, soonest), () => {
      if (!this.#refreshInBackground()) this.#scheduleRefresh();
    });
  }

  #report(event: EventDetails): void {
    const { clock } = this.#settings;
    emit(this.#listeners, { ...event, source: this.name, at: new Date(clock.now()) } as CredentialEvent);
  }
}
