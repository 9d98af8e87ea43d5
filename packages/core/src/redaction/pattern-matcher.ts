import type { ByteString } from './byte-string.ts';
import { cover, type Range } from './covered-ranges.ts';
import { fallbacks } from './fallbacks.ts';
import { type PatternTrie, patternTrie, ROOT, type State } from './pattern-trie.ts';
import { prefixFilter, WINDOW } from './prefix-filter.ts';

/** Finds every occurrence of every pattern. */
export interface PatternMatcher {
  add(patterns: Iterable<ByteString>): void;
  /**
   * Reads `bytes` from `from` to the end in the state in which the bytes before were left, and adds what is covered
   * by patterns to `ranges`. The `depth` bytes before `from` must be there.
   * @returns the state at the end
   */
  scan(bytes: Uint8Array, from: number, state: State, ranges: Range[]): State;
  /** How many of the last bytes read begin a pattern. */
  depth(state: State): number;
}

export function patternMatcher(trie: PatternTrie = patternTrie()): PatternMatcher {
  const filter = prefixFilter();
  const automaton = fallbacks(trie);

  function scan(bytes: Uint8Array, from: number, state: State, ranges: Range[]): State {
    const to = bytes.length;
    let at = from;
    let current = state;
    while (at < to) {
      let start = at - trie.depth(current);
      if (at - start < WINDOW && start + WINDOW <= to) {
        // Less than a window is known to match: from its start, the filter is faster.
        start = filter.next(bytes, start, to);
        at = start;
        current = ROOT;
      }
      // Until what begins at `start` has turned out to be no pattern.
      do {
        current = automaton.step(current, bytes[at]!);
        at += 1;
        const matched = automaton.matched(current);
        if (matched > 0) cover(ranges, at - matched, at);
      } while (at < to && at - trie.depth(current) === start);
    }
    return current;
  }

  return {
    add(patterns) {
      for (const pattern of patterns) {
        trie.add(pattern);
        filter.add(pattern);
      }
      automaton.forget();
    },
    scan,
    depth: trie.depth,
  };
}
