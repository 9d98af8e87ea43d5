import type { ByteString } from './byte-string.ts';

/** How the characters that are no letters or digits are written. */
type Spelling = Readonly<Record<string, string>>;

const PLAIN: readonly Spelling[] = [
  { '+': '+', '/': '/', '=': '=' },
  { '+': '-', '/': '_', '=': '=' },
];

const INSIDE_OTHER_ENCODINGS: readonly Spelling[] = [
  { '+': '%2B', '/': '%2F', '=': '%3D' },
  { '+': '%2b', '/': '%2f', '=': '%3d' },
  { '+': '-', '/': '_', '=': '%3D' },
  { '+': '-', '/': '_', '=': '%3d' },
  { '+': '+', '/': '\\/', '=': '=' },
];

/**
 * What base64 and base64url make of `bytes` wherever they stand in a longer text.
 *
 * Three bytes become four characters, so the same bytes look different at each of three alignments. At either
 * end a character may hold bits of a neighbour too; it cannot be known and is left out. Where nothing follows,
 * the last character is known, and it and the padding belong to the form. A Basic header is one of these:
 * the password stands at alignment `(user.length + 1) % 3`.
 */
export function base64Forms(bytes: ByteString, options: { readonly plainOnly?: boolean } = {}): Set<ByteString> {
  const spellings = options.plainOnly === true ? PLAIN : [...PLAIN, ...INSIDE_OTHER_ENCODINGS];
  const forms = new Set<ByteString>();
  for (const before of [0, 1, 2]) {
    const padded = btoa('\0'.repeat(before) + bytes).slice(Math.ceil((before * 8) / 6));
    const unpadded = padded.replace(/=+$/, '');
    const known = (before + bytes.length) % 3 === 0 ? unpadded : unpadded.slice(0, -1);
    for (const form of [known, unpadded, padded]) {
      for (const spelling of spellings) forms.add(form.replace(/[+/=]/g, (character) => spelling[character]!));
    }
  }
  return forms;
}
