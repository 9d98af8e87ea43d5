import { CredentialError } from '../credential-error.ts';

/**
 * The names to follow for a field: one, or those of a JSON pointer (RFC 6901) where it begins with a slash.
 * @throws {CredentialError} `invalid_reference` where the pointer is malformed
 */
export function fieldPath(field: string): readonly string[] {
  if (!field.startsWith('/')) return [field];
  const bad = /~(?![01])/.exec(field);
  if (bad !== null) {
    throw new CredentialError('invalid_reference', `malformed JSON pointer, at character ${bad.index + 1} of it`, {
      hint: 'write ~0 for a tilde and ~1 for a slash in a name',
    });
  }
  const names = field.slice(1).split('/');
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
