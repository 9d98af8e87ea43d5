import type { Clock } from '../clock.ts';
import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialEventListener } from '../credential-event.ts';
import type { CredentialProvider, CredentialStatus, GetRequest } from '../credential-provider.ts';
import type { CredentialCheck } from '../refreshing/credential-slot.ts';
import { disposedError, refusedAgain } from '../refreshing/failure-handling.ts';
import type { RefreshingProvider } from '../refreshing/refreshing-provider.ts';
import { sameCredential } from '../refreshing/same-credential.ts';
import { revealText } from '../reveal-text.ts';
import type { Derivation } from './derivation.ts';

/** The providers core makes, with what core needs of them. */
export type CoreProvider<V> = RefreshingProvider<V> | DerivedProvider<V, unknown>;

/** How many versions of the parent are looked at for one that does not hold the refused part any more. */
const MAX_VERSIONS = 3;

/** A view of another provider: fetches nothing itself, gives one credential per parent credential, never disposes its parent. */
export class DerivedProvider<V, P> implements CredentialProvider<V> {
  readonly name: string;
  readonly #parent: CoreProvider<P>;
  readonly #derivation: Derivation<V, P>;
  /** A fresh parent answers the same promise again and again, so the same can be answered here. */
  readonly #answers = new WeakMap<Promise<Credential<P>>, Promise<Credential<V>>>();
  #disposed = false;

  constructor(parent: CoreProvider<P>, name: string, derivation: Derivation<V, P>) {
    this.name = name;
    this.#parent = parent;
    this.#derivation = derivation;
  }

  get root(): RefreshingProvider<unknown> {
    return this.#parent.root;
  }

  get(request?: GetRequest<V>): Promise<Credential<V>> {
    if (this.#disposed) return Promise.reject(disposedError(this.name));
    if (request?.rejected !== undefined) return this.#replace(request.rejected, request.signal);
    const parent = request === undefined ? this.#parent.get() : this.#parent.get({ signal: request.signal });
    let answer = this.#answers.get(parent);
    if (answer === undefined) {
      answer = parent.then((credential) => this.#derivation.of(credential));
      this.#answers.set(parent, answer);
    }
    return answer;
  }

  async reveal(): Promise<string> {
    return revealText((await this.get()).value, this.name);
  }

  current(): Credential<V> | undefined {
    return this.#ofIfAny(this.#disposed ? undefined : this.#parent.current());
  }

  previous(): Credential<V> | undefined {
    return this.#ofIfAny(this.#disposed ? undefined : this.#parent.previous());
  }

  status(): CredentialStatus {
    return { ...this.#parent.status(), source: this.name, ...(this.#disposed && { state: 'disposed' }) };
  }

  subscribe(listener: CredentialEventListener): () => void {
    return this.#parent.subscribe(listener);
  }

  get clock(): Clock {
    return this.#parent.clock;
  }

  accepted(credential: Credential<V>): void {
    const parent = this.#derivation.parentOf(credential);
    if (parent !== undefined) this.#parent.accepted(parent);
  }

  addCheck(check: CredentialCheck<V>): () => void {
    return this.#parent.addCheck(async (credential) => check(this.#derivation.of(credential)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  /** A new version of the parent may hold the refused part unchanged; then that version is refused as well. */
  async #replace(rejected: Credential<V>, signal: AbortSignal | undefined): Promise<Credential<V>> {
    let refused = this.#derivation.parentOf(rejected);
    for (let versions = 0; versions < MAX_VERSIONS; versions += 1) {
      refused = await this.#parent.get({ signal, rejected: refused });
      const credential = this.#derivation.of(refused);
      if (!sameCredential(credential, rejected)) return credential;
    }
    throw refusedAgain(this.name, undefined);
  }

  /** For answers that must not throw: a credential without the field asked for is no usable one. */
  #ofIfAny(credential: Credential<P> | undefined): Credential<V> | undefined {
    try {
      return credential && this.#derivation.of(credential);
    } catch (error) {
      if (error instanceof CredentialError) return undefined;
      throw error;
    }
  }
}
