import { pickField } from '../composition/pick.ts';
import { select } from '../composition/select.ts';
import type { CredentialValue } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialSource } from '../credential-source.ts';
import { isSecret, type Secret, secret } from '../secret.ts';
import { parseReference, printReference, type Reference } from './reference.ts';

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
   * come from different versions.
   * @throws {CredentialError} `invalid_reference` where it is malformed or its scheme or a parameter is unknown
   */
  source(text: string): CredentialSource;
}

/** The references an application understands: exactly those of the schemes it lists. */
export function references(schemes: readonly ReferenceScheme[]): References {
  const known = new Map(schemes.map((scheme) => [scheme.scheme, scheme]));
  const sources = new Map<string, CredentialSource<CredentialValue>>();

  return {
    source(text) {
      const { fragment, ...whole } = parseReference(text);
      const scheme = knownScheme(known, whole);
      const key = printReference(whole);
      const source = sources.get(key) ?? scheme.source(whole);
      sources.set(key, source);
      return select(source, (value) => textOf(value, fragment, source.name));
    },
  };
}

function knownScheme(known: ReadonlyMap<string, ReferenceScheme>, reference: Reference): ReferenceScheme {
  const scheme = known.get(reference.scheme);
  if (scheme === undefined) {
    throw new CredentialError('invalid_reference', `no scheme ${reference.scheme}:// is known here`, {
      hint: `known are ${[...known.keys()].map((name) => `${name}://`).join(', ')}; pass the adapter's scheme to references()`,
    });
  }
  const parameters = scheme.parameters ?? [];
  const unknown = Object.keys(reference.query).find((name) => !parameters.includes(name));
  if (unknown !== undefined) {
    throw new CredentialError(
      'invalid_reference',
      `${reference.scheme}:// takes no parameter ${JSON.stringify(unknown)}`,
      {
        hint: parameters.length === 0 ? 'it takes none' : `it takes ${parameters.join(', ')}`,
      },
    );
  }
  return scheme;
}

function textOf(value: CredentialValue, field: string | undefined, source: string): Secret {
  if (field !== undefined) {
    const part = pickField(value, field, source);
    return isSecret(part) ? part : secret(part);
  }
  if (isSecret(value)) return value;
  throw new CredentialError('invalid_reference', 'the reference names several fields', {
    source,
    hint: `add one of #${Object.keys(value).join(', #')}`,
  });
}
