import type { Credential, CredentialValue } from '../credential.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import type { CredentialSource } from '../credential-source.ts';
import type { Secret } from '../secret.ts';
import { coreProvider } from './core-provider.ts';
import { derivation } from './derivation.ts';
import { DerivedProvider } from './derived-provider.ts';
import { fieldPick, fieldsPick, guardedPick, type PickPart } from './pick.ts';
import { selectedSource } from './selected-source.ts';
import { isProvider, type SourceOrProvider } from './source-or-provider.ts';

/** The fields of a record value; of a `Secret` any field of the JSON object that it holds. */
export type FieldOf<V> = V extends Secret ? string : Extract<keyof V, string> | `/${string}`;
/** What a field gives: the record's own Secret or string, or a `Secret` cut out of the JSON. */
export type Picked<V, F> = V extends Secret ? Secret : F extends keyof V ? V[F] : Secret | string;
/** What a function may make of a value: of a `Secret` no bare text, which would print. */
export type PartOf<V> = V extends Secret ? CredentialValue : CredentialValue | string;

/**
 * One part of a structured credential: a field by name (or, with a leading slash, by JSON pointer, RFC 6901), several
 * fields as a record, or whatever a function makes of the value. A `Secret` is read as JSON first; numbers, booleans
 * and nested objects come out as their JSON text. The function is called once per credential.
 *
 * Gives the kind that it was given, and shares the parent's fetch: parts of one source that are loaded together never
 * come from two versions. `get` throws `not_found` where the field is missing or null (or the function gives
 * `undefined`), `invalid_response` where the secret is no JSON.
 * @throws {CredentialError} `invalid_reference` where a JSON pointer is malformed
 */
export function select<V, F extends FieldOf<V>>(
  parent: CredentialProvider<V>,
  field: F,
): CredentialProvider<Picked<V, F>>;
export function select<V, F extends FieldOf<V>>(
  parent: CredentialProvider<V>,
  fields: readonly F[],
): CredentialProvider<{ readonly [N in F]: Picked<V, N> }>;
export function select<V, R extends PartOf<V>>(
  parent: CredentialProvider<V>,
  pick: (value: V) => R,
): CredentialProvider<R>;
export function select<V, F extends FieldOf<V>>(parent: CredentialSource<V>, field: F): CredentialSource<Picked<V, F>>;
export function select<V, F extends FieldOf<V>>(
  parent: CredentialSource<V>,
  fields: readonly F[],
): CredentialSource<{ readonly [N in F]: Picked<V, N> }>;
export function select<V, R extends PartOf<V>>(parent: CredentialSource<V>, pick: (value: V) => R): CredentialSource<R>;
export function select(
  parent: SourceOrProvider<unknown>,
  part: string | readonly string[] | PickPart,
): SourceOrProvider<unknown> {
  const name = typeof part === 'function' ? parent.name : `${parent.name}#${String(part)}`;
  const pick = pickOf(part, name);
  const derived = derivation((credential: Credential<unknown>) => ({ ...credential, value: pick(credential.value) }));
  if (isProvider(parent)) return new DerivedProvider(coreProvider(parent), name, derived);
  return selectedSource(parent, name, derived);
}

function pickOf(part: string | readonly string[] | PickPart, name: string): PickPart {
  if (typeof part === 'function') return guardedPick(part, name);
  return typeof part === 'string' ? fieldPick(part, name) : fieldsPick(part, name);
}
