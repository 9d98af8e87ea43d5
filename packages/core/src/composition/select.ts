import type { Credential } from '../credential.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import type { CredentialSource } from '../credential-source.ts';
import type { Secret } from '../secret.ts';
import { type CoreProvider, DerivedProvider } from './derived-provider.ts';
import { pickField, pickFields } from './pick.ts';
import { selectedSource } from './selected-source.ts';
import { isProvider, type SourceOrProvider } from './source-or-provider.ts';

/** The fields of a record value; of a `Secret` any field of the JSON object that it holds. */
export type FieldOf<V> = V extends Secret ? string : Extract<keyof V, string>;
/** What a field gives: the record's own Secret or string, or a `Secret` cut out of the JSON. */
export type Picked<V, F> = V extends Secret ? Secret : F extends keyof V ? V[F] : Secret;

/**
 * One part of a structured credential: a field by name (or, with a leading slash, by JSON pointer, RFC 6901), several
 * fields as a record, or whatever a function makes of the value. A `Secret` is read as JSON first.
 *
 * Gives the kind that it was given, and shares the parent's fetch: parts of one source never come from two versions.
 * `get` throws `not_found` where the field is missing and `invalid_response` where the secret is no JSON.
 */
export function select<V, F extends FieldOf<V>>(
  parent: CredentialProvider<V>,
  field: F,
): CredentialProvider<Picked<V, F>>;
export function select<V, F extends FieldOf<V>>(
  parent: CredentialProvider<V>,
  fields: readonly F[],
): CredentialProvider<{ readonly [N in F]: Picked<V, N> }>;
export function select<V, R>(parent: CredentialProvider<V>, pick: (value: V) => R): CredentialProvider<R>;
export function select<V, F extends FieldOf<V>>(parent: CredentialSource<V>, field: F): CredentialSource<Picked<V, F>>;
export function select<V, F extends FieldOf<V>>(
  parent: CredentialSource<V>,
  fields: readonly F[],
): CredentialSource<{ readonly [N in F]: Picked<V, N> }>;
export function select<V, R>(parent: CredentialSource<V>, pick: (value: V) => R): CredentialSource<R>;
export function select(
  parent: SourceOrProvider<unknown>,
  pick: string | readonly string[] | ((value: unknown) => unknown),
): SourceOrProvider<unknown> {
  const name = typeof pick === 'function' ? parent.name : `${parent.name}#${String(pick)}`;
  const derive = (credential: Credential<unknown>) => ({ ...credential, value: picked(credential, pick, name) });
  if (isProvider(parent)) return new DerivedProvider(parent as CoreProvider<unknown>, name, derive);
  return selectedSource(parent, name, derive);
}

function picked(
  credential: Credential<unknown>,
  pick: string | readonly string[] | ((value: unknown) => unknown),
  name: string,
): unknown {
  if (typeof pick === 'function') return pick(credential.value);
  return typeof pick === 'string' ? pickField(credential.value, pick, name) : pickFields(credential.value, pick, name);
}
