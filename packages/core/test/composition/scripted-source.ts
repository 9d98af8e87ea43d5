import { randomBytes } from 'node:crypto';
import type { Credential } from '../../src/credential.ts';
import { CredentialError, type CredentialErrorCode } from '../../src/credential-error.ts';
import type { CredentialSource, FetchContext } from '../../src/credential-source.ts';
import { type Secret, secret } from '../../src/secret.ts';

/** What a scripted source does at a fetch; `count` is 1 at the first. */
type Answer<V> = (context: FetchContext<V>, count: number) => Credential<V> | Promise<Credential<V>>;

/** A source that does what the test says and remembers what it was asked. */
export interface ScriptedSource<V> extends CredentialSource<V> {
  /** What it does from now on. */
  answer: Answer<V>;
  readonly contexts: readonly FetchContext<V>[];
  /** The leases that were given back, in order. */
  readonly released: readonly object[];
}

export function scriptedSource<V = Secret>(name: string, answer: Answer<V>): ScriptedSource<V> {
  const contexts: FetchContext<V>[] = [];
  const released: object[] = [];
  return {
    name,
    answer,
    contexts,
    released,
    async fetch(context) {
      contexts.push(context);
      return this.answer(context, contexts.length);
    },
    async release({ lease }) {
      if (lease !== undefined) released.push(lease);
    },
  };
}

/** A source that gives v1, v2, ... at each fetch. */
export function mintingSource(): ScriptedSource<Secret> {
  return scriptedSource('minting', (_, count) => textCredential(`v${count}`));
}

/** A source that gives the same text until another one is stored. */
export function storedSource(text: string): ScriptedSource<Secret> & { store(next: string): void } {
  const source = scriptedSource('stored', () => textCredential(text));
  return Object.assign(source, {
    store(next: string) {
      source.answer = () => textCredential(next);
    },
  });
}

export function newText(): string {
  return randomBytes(24).toString('base64url');
}

export function credentialOf<V>(value: V, more: Partial<Credential<V>> = {}): Credential<V> {
  return { value, origin: { adapter: 'test', reference: 'test://it', fetchedAt: new Date(0) }, ...more };
}

/** A credential with the text, as a Secret. */
export function textCredential(text: string, more: Partial<Credential> = {}): Credential {
  return credentialOf(secret(text), more);
}

/** A credential with JSON in its Secret. */
export function jsonCredential(value: unknown, more: Partial<Credential> = {}): Credential {
  return textCredential(JSON.stringify(value), more);
}

export function failure(code: CredentialErrorCode, more: ConstructorParameters<typeof CredentialError>[2] = {}) {
  return new CredentialError(code, `it is ${code}`, more);
}

/** An answer that fails. */
export function failing(code: CredentialErrorCode, more?: ConstructorParameters<typeof CredentialError>[2]) {
  return (): never => {
    throw failure(code, more);
  };
}

/** The error of a promise that must reject. */
export async function rejection(promise: Promise<unknown>): Promise<CredentialError> {
  const outcome: unknown = await promise.then(
    (value) => new Error(`it was fulfilled with ${String(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof CredentialError) return outcome;
  throw outcome;
}
