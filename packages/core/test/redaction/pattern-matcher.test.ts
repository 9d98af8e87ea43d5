import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Range } from '../../src/redaction/covered-ranges.ts';
import { patternMatcher } from '../../src/redaction/pattern-matcher.ts';
import { type PatternTrie, patternTrie, ROOT } from '../../src/redaction/pattern-trie.ts';

/** Of two letters, so that patterns overlap, contain and repeat each other. */
const patterns = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8, maxLength: 20 }), {
  minLength: 1,
  maxLength: 6,
});
const texts = fc.array(fc.oneof(fc.constantFrom('a', 'b'), fc.string({ unit: fc.constantFrom('a', 'b') })), {
  maxLength: 60,
});

test('it finds what a search for each pattern finds', () => {
  fc.assert(
    fc.property(patterns, texts, (some, pieces) => {
      const text = mixed(pieces, some);
      expect(found(some, text)).toBe(searched(some, text));
    }),
    { numRuns: 1_000 },
  );
});

test('a pattern added after a text was read is found in the next', () => {
  fc.assert(
    fc.property(patterns, patterns, texts, (first, later, pieces) => {
      const matcher = patternMatcher();
      const text = mixed(pieces, [...first, ...later]);
      matcher.add(first);
      expect(marked(text, (bytes, ranges) => matcher.scan(bytes, 0, ROOT, ranges))).toBe(searched(first, text));
      matcher.add(later);
      expect(marked(text, (bytes, ranges) => matcher.scan(bytes, 0, ROOT, ranges))).toBe(
        searched([...first, ...later], text),
      );
    }),
  );
});

test('a pattern that was added is found inside one that was read before', () => {
  const matcher = patternMatcher();
  const text = 'abcdefghijkl~';
  matcher.add(['abcdefghijklmnop', 'z'.repeat(100)]);
  expect(marked(text, (bytes, ranges) => matcher.scan(bytes, 0, ROOT, ranges))).toBe(text);
  matcher.add(['defghijkl~']);
  expect(marked(text, (bytes, ranges) => matcher.scan(bytes, 0, ROOT, ranges))).toBe('abc##########');
});

test.each<[string, readonly string[], string]>([
  ['almost a long pattern, over and over', [`${'a'.repeat(5_000)}b`], 'a'.repeat(200_000)],
  ['a pattern that contains itself', ['a'.repeat(5_000)], 'a'.repeat(200_000)],
  [
    'the common beginning of many patterns',
    endings(500, 'eyJhbGciOiJSUzI1NiIs'),
    'eyJhbGciOiJSUzI1NiIs'.repeat(10_000),
  ],
  ['beginnings that end like beginnings', ['ababababac', 'babababad', `${'ab'.repeat(500)}c`], 'ab'.repeat(100_000)],
])('reading takes a number of steps linear in the text: %s', (_, some, text) => {
  let steps = 0;
  const trie = patternTrie();
  const counting: PatternTrie = {
    ...trie,
    child(state, byte) {
      steps += 1;
      return trie.child(state, byte);
    },
  };
  const matcher = patternMatcher(counting);
  matcher.add(some);
  matcher.scan(Buffer.from(text), 0, ROOT, []);
  // Up to 8 bytes are read again for each byte that the possible beginning moves on, and each may fall back once.
  expect(steps).toBeLessThan(18 * text.length);
});

function endings(count: number, beginning: string): string[] {
  return Array.from({ length: count }, (_, index) => `${beginning}${index}`);
}

/** Pieces of the patterns and whole ones, among letters. */
function mixed(pieces: readonly string[], some: readonly string[]): string {
  return pieces.map((piece, index) => (index % 7 === 3 ? some[index % some.length] : piece)).join('');
}

function found(some: readonly string[], text: string): string {
  const matcher = patternMatcher();
  matcher.add(some);
  return marked(text, (bytes, ranges) => matcher.scan(bytes, 0, ROOT, ranges));
}

function marked(text: string, scan: (bytes: Uint8Array, ranges: Range[]) => unknown): string {
  const ranges: Range[] = [];
  scan(Buffer.from(text), ranges);
  for (const [index, range] of ranges.entries()) expect(range.start).toBeGreaterThan(ranges[index - 1]?.end ?? -1);
  return Array.from(text, (letter, at) =>
    ranges.some(({ start, end }) => start <= at && at < end) ? '#' : letter,
  ).join('');
}

function searched(some: readonly string[], text: string): string {
  const letters = Array.from(text);
  for (const pattern of some) {
    for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) {
      letters.fill('#', at, at + pattern.length);
    }
  }
  return letters.join('');
}
