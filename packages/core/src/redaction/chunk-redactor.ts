import type { Range } from './covered-ranges.ts';
import { keptBytes } from './kept-bytes.ts';
import type { LiveMatcher } from './live-matcher.ts';
import { joined, maskedBytes, writeMasked } from './masked-bytes.ts';
import { ROOT, type State } from './pattern-trie.ts';
import { WINDOW } from './prefix-filter.ts';

/** Masks secrets in bytes that come in chunks, wherever the chunks are cut. */
export interface ChunkRedactor {
  /**
   * Takes the next chunk and gives all that is decided: everything but the last bytes, as long as these could be
   * the beginning of a secret. Secrets that became live since the last chunk are known. Does not change `chunk`;
   * what it gives may share its memory.
   */
  push(chunk: Uint8Array): Uint8Array;
  /**
   * Gives what is held back too where that is under 8 bytes, as at a pause after a prompt. If a secret did begin
   * there, the rest of it is masked all the same. More than that is most likely a secret and stays.
   */
  release(): Uint8Array;
  /** Gives what is held back. The next chunk begins a new text. */
  end(): Uint8Array;
  /** How many bytes are held back. */
  readonly heldBytes: number;
}

const EMPTY = new Uint8Array(0);

export function chunkRedactor(current: () => LiveMatcher): ChunkRedactor {
  const kept = keptBytes();
  let output = maskedBytes();
  let ranges: Range[] = [];
  let state: State = ROOT;
  let seenEpoch = -1;

  /** Positions count from the first byte kept. */
  function forgetBefore(position: number): void {
    kept.dropFirst(position);
    output.written -= position;
    output.maskedTo -= position;
    for (const range of ranges) {
      range.start -= position;
      range.end -= position;
    }
  }

  function push(chunk: Uint8Array): Uint8Array {
    const { matcher, epoch } = current();
    let unread = kept.length();
    if (epoch !== seenEpoch) {
      seenEpoch = epoch;
      unread = 0;
      state = ROOT;
      ranges = [];
    }
    const bytes = kept.append(chunk);
    state = matcher.scan(bytes, unread, state, ranges);
    const decided = bytes.length - matcher.depth(state);
    writeMasked(output, bytes, decided, ranges);
    forgetBefore(decided);
    return joined(output.pieces.splice(0));
  }

  function heldBytes(): number {
    return kept.length() - Math.max(output.written, output.maskedTo, 0);
  }

  function writeAll(): Uint8Array {
    writeMasked(output, kept.append(EMPTY), kept.length(), ranges);
    return joined(output.pieces.splice(0));
  }

  return {
    push,
    release: () => (heldBytes() < WINDOW ? writeAll() : EMPTY),
    end() {
      const rest = writeAll();
      kept.dropFirst(kept.length());
      output = maskedBytes();
      ranges = [];
      state = ROOT;
      return rest;
    },
    get heldBytes() {
      return Math.max(heldBytes(), 0);
    },
  };
}
