import { base64Forms } from './base64-forms.ts';
import { type ByteString, byteString, utf8ByteString } from './byte-string.ts';
import { escapedForms, jsonEscape } from './escaped-forms.ts';
import { formEncode, percentForms } from './percent-forms.ts';

/** Shorter values are not masked: they would turn up in ordinary text. */
export const SHORTEST_MASKED_BYTES = 8;

/** `buffer.INSPECT_MAX_BYTES`: how much of a `Buffer` Node prints. */
const BYTES_OF_INSPECTED_BUFFER = 50;

/** Lines of a multi-line secret are masked on their own from here on; shorter ones may be ordinary words. */
const SHORTEST_MASKED_LINE_BYTES = 16;

/** Everything a secret may look like in a text. Empty where it is shorter than `SHORTEST_MASKED_BYTES`; no form is. */
export function secretForms(value: string | Uint8Array): Set<ByteString> {
  const forms = typeof value === 'string' ? textForms(value) : binaryForms(byteString(value));
  return new Set(forms);
}

function* textForms(text: string): Generator<ByteString> {
  // A file's last newline is part of the value, but seldom of what is printed.
  for (const value of new Set([text, text.trim()])) {
    const bytes = utf8ByteString(value);
    if (bytes.length < SHORTEST_MASKED_BYTES) continue;
    yield* writtenForms(value);
    yield* percentForms(bytes);
    yield* base64Forms(bytes);
    yield* nestedForms(value, bytes);
  }
  for (const line of linesOf(text)) yield* writtenForms(line);
}

/** What is base64 or URL-encoded only after it was written in another way; nothing new where that way changes nothing. */
function* nestedForms(text: string, bytes: ByteString): Generator<ByteString> {
  const formEncoded = formEncode(bytes);
  if (formEncoded !== bytes) yield* base64Forms(formEncoded, { plainOnly: true });
  const inJson = utf8ByteString(jsonEscape(text));
  if (inJson === bytes) return;
  yield* percentForms(inJson);
  yield* base64Forms(inJson, { plainOnly: true });
}

function* writtenForms(text: string): Generator<ByteString> {
  for (const escaped of escapedForms(text)) yield utf8ByteString(escaped);
}

/** The lines of a multi-line secret that could stand alone in a log. A PEM key's first and last line tell nothing. */
function linesOf(text: string): string[] {
  const lines = text.trim().split(/[\r\n]+/);
  if (lines.length === 1) return [];
  return lines
    .map((line) => line.trim())
    .filter((line) => utf8ByteString(line).length >= SHORTEST_MASKED_LINE_BYTES && !line.startsWith('-----'));
}

function* binaryForms(bytes: ByteString): Generator<ByteString> {
  if (bytes.length < SHORTEST_MASKED_BYTES) return;
  yield bytes;
  yield* percentForms(bytes);
  yield* base64Forms(bytes);
  const hex = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
  yield hex.join('');
  yield hex.join('').toUpperCase();
  yield hex.slice(0, BYTES_OF_INSPECTED_BUFFER).join(' ');
}
