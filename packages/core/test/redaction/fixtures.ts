import fc from 'fast-check';
import { matcherRedactor } from '../../src/redaction/matcher-redactor.ts';
import { patternMatcher } from '../../src/redaction/pattern-matcher.ts';
import { secretForms } from '../../src/redaction/secret-forms.ts';
import type { Redactor } from '../../src/redactor.ts';

/** A redactor of these values alone, whatever other tests made secret before. */
export function redactorOf(values: Iterable<string | Uint8Array>): Redactor {
  const matcher = patternMatcher();
  for (const value of values) matcher.add(secretForms(value));
  return matcherRedactor(() => ({ matcher, epoch: 0, sawShort: false }));
}

/** What encoders treat in a way of its own. */
const DELICATE = Array.from('"\'`\\/<>&+%=?#@:;, \n\r\t\u0000\u001b\u007f\u0085\u2028-_~!*()[]{}$éß漢😀Az09');

export const secretTexts = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 8, maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...DELICATE), minLength: 8, maxLength: 40 }),
    fc.base64String({ minLength: 8, maxLength: 80 }),
  )
  // Blank ones are cut down to nothing by what drops white space around a value.
  .filter((text) => Buffer.byteLength(text.trim()) >= 8);

export const secretBytes = fc.uint8Array({ minLength: 8, maxLength: 80 });

/** Cuts `bytes` at the given places, each between 0 and 1. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b), bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

export const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

/** All that comes out for `pieces`, one after the other. */
export function redactPieces(redactor: Redactor, pieces: Iterable<Uint8Array>): Buffer {
  const chunks = redactor.chunks();
  return Buffer.concat([...Array.from(pieces, (piece) => Buffer.from(chunks.push(piece))), chunks.end()]);
}
