import type { ByteString } from './byte-string.ts';
import { SHORTEST_MASKED_BYTES } from './secret-forms.ts';

/** Every pattern is at least this long, so each is known by a window of so many bytes. */
export const WINDOW = SHORTEST_MASKED_BYTES;

/** The window is judged by its last bytes. */
const BLOCK = 3;
const TABLE_BITS = 18;

/** Finds the places of a text where a pattern may begin, without reading most of the text. */
export interface PrefixFilter {
  add(pattern: ByteString): void;
  /**
   * The first place at or after `from` where a pattern may begin. Where there is none, the first place whose
   * window does not fit before `to`: a pattern may begin there or later.
   */
  next(bytes: Uint8Array, from: number, to: number): number;
}

/**
 * The skip table of Wu and Manber, "A fast algorithm for multi-pattern searching" (1994): how far the window may
 * move on is the least distance of its last three bytes from the end of any pattern's first window.
 */
export function prefixFilter(): PrefixFilter {
  const skips = new Uint8Array(1 << TABLE_BITS).fill(WINDOW - BLOCK + 1);
  return {
    add(pattern) {
      for (let at = 0; at + BLOCK <= WINDOW; at += 1) {
        const slot = slotOf(pattern.charCodeAt(at), pattern.charCodeAt(at + 1), pattern.charCodeAt(at + 2));
        skips[slot] = Math.min(skips[slot]!, WINDOW - BLOCK - at);
      }
    },
    next(bytes, from, to) {
      let end = from + WINDOW;
      while (end <= to) {
        const skip = skips[slotOf(bytes[end - 3]!, bytes[end - 2]!, bytes[end - 1]!)]!;
        if (skip === 0) break;
        end += skip;
      }
      return end - WINDOW;
    },
  };
}

function slotOf(first: number, second: number, third: number): number {
  return first ^ (second << 5) ^ (third << (TABLE_BITS - 8));
}
