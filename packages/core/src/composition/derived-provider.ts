import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialEventListener } from '../credential-event.ts';
import type { CredentialProvider, CredentialStatus, GetRequest } from '../credential-provider.ts';
import type { CredentialCheck } from '../refreshing/credential-slot.ts';
import { disposedError } from '../refreshing/failure-handling.ts';
import type { RefreshingProvider } from '../refreshing/refreshing-provider.ts';
import { revealText } from '../reveal-text.ts';

/** The providers core makes, with what core needs of them. */
export type CoreProvider<V> = RefreshingProvider<V> | DerivedProvider<V, unknown>;

/** A view of another provider: fetches nothing itself, gives one credential per parent credential, never disposes its parent. */
export class DerivedProvider<V, P> implements CredentialProvider<V> {
  readonly name: string;
  readonly #parent: CoreProvider<P>;
  readonly #derive: (credential: Credential<P>) => Credential<V>;
  readonly #derived = new WeakMap<Credential<P>, Credential<V>>();
  readonly #parents = new WeakMap<Credential<V>, Credential<P>>();
  #lastSettled: { readonly parent: Promise<Credential<P>>; readonly own: Promise<Credential<V>> } | undefined;
  #disposed = false;

  constructor(parent: CoreProvider<P>, name: string, derive: (credential: Credential<P>) => Credential<V>) {
    this.name = name;
    this.#parent = parent;
    this.#derive = derive;
  }

  get root(): RefreshingProvider<unknown> {
    return this.#parent.root;
  }

  get(request?: GetRequest<V>): Promise<Credential<V>> {
    if (this.#disposed) return Promise.reject(disposedError(this.name));
    const parent = request === undefined ? this.#parent.get() : this.#parent.get(this.#upwards(request));
    // A fresh parent answers the same promise again and again, so the same can be answered here.
    if (this.#lastSettled?.parent === parent) return this.#lastSettled.own;
    const own = parent.then((credential) => this.#of(credential));
    this.#lastSettled = { parent, own };
    return own;
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

  addCheck(check: CredentialCheck<V>): () => void {
    return this.#parent.addCheck((credential) => check(this.#of(credential)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  #upwards({ signal, rejected }: GetRequest<V>): GetRequest<P> {
    return { signal, rejected: rejected && this.#parents.get(rejected) };
  }

  #of(credential: Credential<P>): Credential<V> {
    let derived = this.#derived.get(credential);
    if (derived === undefined) {
      derived = this.#derive(credential);
      this.#derived.set(credential, derived);
      this.#parents.set(derived, credential);
    }
    return derived;
  }

  /** For answers that must not throw: a credential without the field asked for is no usable one. */
  #ofIfAny(credential: Credential<P> | undefined): Credential<V> | undefined {
    try {
      return credential && this.#of(credential);
    } catch (error) {
      if (error instanceof CredentialError) return undefined;
      throw error;
    }
  }
}
