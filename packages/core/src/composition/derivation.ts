import type { Credential } from '../credential.ts';

/** A view of credentials: one derived credential per parent credential, and the way back. */
export interface Derivation<V, P> {
  /** @throws {CredentialError} where the parent does not hold what is asked for */
  of(parent: Credential<P>): Credential<V>;
  /** `undefined` for a credential that was not derived here. */
  parentOf(derived: Credential<V>): Credential<P> | undefined;
}

export function derivation<V, P>(derive: (parent: Credential<P>) => Credential<V>): Derivation<V, P> {
  const derivedOf = new WeakMap<Credential<P>, Credential<V>>();
  const parents = new WeakMap<Credential<V>, Credential<P>>();
  return {
    of(parent) {
      let derived = derivedOf.get(parent);
      if (derived === undefined) {
        derived = derive(parent);
        derivedOf.set(parent, derived);
        parents.set(derived, parent);
      }
      return derived;
    },
    parentOf: (derived) => parents.get(derived),
  };
}
