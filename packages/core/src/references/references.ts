import { derivation } from '../composition/derivation.ts';
import { fieldPick } from '../composition/pick.ts';
import { selectedSource } from '../composition/selected-source.ts';
import { shownName } from '../composition/shown-name.ts';
import type { Credential, CredentialValue } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialSource } from '../credential-source.ts';
import { isSecret, type Secret, secret } from '../secret.ts';
import { invalidReference, parameterPosition, parseReference, printReference, type Reference } from './reference.ts';

/** What an adapter exports so that its credentials can be named by a reference. */
export interface ReferenceScheme {
  /** Lower case, without `://`. */
  readonly scheme: string;
  /** The parameters it takes; any other is refused. Default: none. */
  readonly parameters?: readonly string[];
  /**
   * A source for the reference, whose fragment is left out: fields are picked by core.
   * @throws {CredentialError} `invalid_reference`; nothing is fetched here
   */
  source(reference: Reference): CredentialSource<CredentialValue>;
}

export interface References {
  /**
   * The source that a reference names. References to several fields of one secret share one source, so they never
   * come from different versions. A field that is no Secret is made one.
   * @throws {CredentialError} `invalid_reference` where it is malformed or its scheme or a parameter is unknown
   */
  source(text: string): CredentialSource;
}

/**
 * The references an application understands: exactly those of the schemes it lists.
 * @throws {TypeError} where two adapters claim one scheme
 */
export function references(schemes: readonly ReferenceScheme[]): References {
  const known = new Map(schemes.map((scheme) => [scheme.scheme, scheme]));
  if (known.size < schemes.length) throw new TypeError('each scheme may be given to references() only once');
  const sources = new Map<string, CredentialSource<CredentialValue>>();

  return {
    source(text) {
      const { fragment, ...whole } = parseReference(text);
      const scheme = knownScheme(known, whole, text);
      const key = printReference({ ...whole, query: sorted(whole.query) });
      const source = sources.get(key) ?? scheme.source(whole);
      sources.set(key, source);
      return secretOf(source, fragment);
    },
  };
}

/** The order of the parameters makes no difference. */
function sorted(query: Reference['query']): Reference['query'] {
  return Object.fromEntries(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function knownScheme(known: ReadonlyMap<string, ReferenceScheme>, reference: Reference, text: string): ReferenceScheme {
  const scheme = known.get(reference.scheme);
  if (scheme === undefined) {
    const names = [...known.keys()].map((name) => `${name}://`).join(', ');
    const hint = `known are ${names}; pass the adapter's scheme to references()`;
    throw invalidReference(1, `no scheme ${shownName(reference.scheme)}:// is known here`, hint);
  }
  const parameters = scheme.parameters ?? [];
  const unknown = Object.keys(reference.query).find((name) => !parameters.includes(name));
  if (unknown === undefined) return scheme;
  const reason = `${reference.scheme}:// takes no parameter ${JSON.stringify(shownName(unknown))}`;
  const hint = parameters.length === 0 ? 'it takes none' : `it takes ${parameters.join(', ')}`;
  throw invalidReference(parameterPosition(text, unknown), reason, hint);
}

function secretOf(parent: CredentialSource<CredentialValue>, field: string | undefined): CredentialSource {
  const name = field === undefined ? parent.name : `${parent.name}#${field}`;
  const pick = field === undefined ? (value: CredentialValue) => wholeSecret(value, name) : fieldPick(field, name);
  const derived = derivation((credential: Credential<CredentialValue>) => {
    const part = pick(credential.value);
    return { ...credential, value: isSecret(part) ? part : secret(part) };
  });
  return selectedSource(parent, name, derived);
}

function wholeSecret(value: CredentialValue, source: string): Secret {
  if (isSecret(value)) return value;
  throw new CredentialError('invalid_reference', 'the reference names several fields', {
    source,
    hint: `add one of ${Object.keys(value)
      .map((name) => `#${shownName(name)}`)
      .join(', ')}`,
  });
}
