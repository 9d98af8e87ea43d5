import type { Redactor } from '../redactor.ts';
import { chunkRedactor } from './chunk-redactor.ts';
import type { Range } from './covered-ranges.ts';
import type { LiveMatcher } from './live-matcher.ts';
import { joined, maskedBytes, writeMasked } from './masked-bytes.ts';
import { maskedText } from './masked-text.ts';
import { ROOT } from './pattern-trie.ts';

/** A redactor that asks `current` for the matcher at each use. */
export function matcherRedactor(current: () => LiveMatcher): Redactor {
  function find(bytes: Uint8Array): Range[] {
    const ranges: Range[] = [];
    current().matcher.scan(bytes, 0, ROOT, ranges);
    return ranges;
  }
  return {
    redact(text) {
      const ranges = find(new TextEncoder().encode(text));
      return ranges.length === 0 ? text : maskedText(text, ranges);
    },
    redactBytes(bytes) {
      const ranges = find(bytes);
      if (ranges.length === 0) return bytes;
      const output = maskedBytes();
      writeMasked(output, bytes, bytes.length, ranges);
      return joined(output.pieces);
    },
    chunks: () => chunkRedactor(current),
  };
}
