import { CredentialError } from '@keyturn/core';
import { absenceOf, type FoundText, type PlaceholderOptions } from './absence.ts';
import type { SecretFile } from './secret-file.ts';

export interface FileSourceOptions extends PlaceholderOptions {
  /**
   * Take every byte as it is: no newline removed, nothing looked at but whether there is any byte. For binary keys,
   * which may happen to be valid UTF-8 with a newline at the end. Default: `false`.
   */
  readonly exact?: boolean;
}

/**
 * The secret that is the whole content of a file: text where the bytes are UTF-8, else the bytes as they are.
 * @throws {CredentialError} `not_configured` where the file is empty or holds a placeholder
 */
export function secretIn(file: SecretFile, found: FoundText & FileSourceOptions): string | Uint8Array {
  const text = found.exact === true ? undefined : textOf(file.bytes);
  if (text === undefined) return notEmpty(file.bytes, found);
  const absence = absenceOf(text, found);
  if (absence !== undefined) throw absence;
  return text;
}

/**
 * UTF-8 without a byte order mark and without one newline (LF or CRLF) at the end, which editors and `echo` add.
 * Bytes that are no UTF-8 have no text.
 */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch {
    return undefined; // The decoder says no more than that the bytes are no UTF-8.
  }
}

function notEmpty(bytes: Uint8Array, { holder, source }: FoundText): Uint8Array {
  if (bytes.length > 0) return bytes;
  throw new CredentialError('not_configured', `${holder} is empty`, { source, hint: 'give it a value' });
}
