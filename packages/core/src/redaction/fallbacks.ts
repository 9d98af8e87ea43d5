import { type PatternTrie, ROOT, type State } from './pattern-trie.ts';

/**
 * Aho and Corasick's automaton over a trie: after each byte it knows the longest end of the text that begins a
 * pattern. Reading n bytes takes time linear in n, whatever the text and however many the patterns.
 *
 * Where a state falls back to is worked out when a text first leads there, from the state before it. So a new
 * pattern costs no more than its own length: what was worked out is forgotten, and most of it was never asked for.
 */
export interface Fallbacks {
  /** The state after one more byte. */
  step(state: State, byte: number): State;
  /** The length of the longest pattern that the text ends with; 0 where there is none. */
  matched(state: State): number;
  /** To be called after patterns were added. Every state from before is void. */
  forget(): void;
}

export function fallbacks(trie: PatternTrie): Fallbacks {
  /** 1 where the entries of `fallback` and `longest` hold. Untouched memory of all three costs nothing. */
  let resolved = new Uint8Array(0);
  let fallback = new Int32Array(0);
  let longest = new Int32Array(0);
  let visited: State[] = [];

  function step(state: State, byte: number): State {
    for (let from = state; ; from = fallback[from]!) {
      const child = trie.child(from, byte);
      if (child !== ROOT) {
        if (resolved[child] === 0) resolve(child, from, byte);
        return child;
      }
      if (from === ROOT) return ROOT;
    }
  }

  /** `parent` is resolved and `child` is not. Resolves all that `child` falls back to as well. */
  function resolve(child: State, parent: State, byte: number): void {
    const first = visited.length;
    for (let state = child, from = parent; resolved[state] === 0; state = fallback[state]!) {
      resolved[state] = 1;
      visited.push(state);
      let target = ROOT;
      while (target === ROOT && from !== ROOT) {
        from = fallback[from]!;
        target = trie.child(from, byte);
      }
      fallback[state] = target;
    }
    for (let last = visited.length - 1; last >= first; last -= 1) {
      const state = visited[last]!;
      longest[state] = trie.isPattern(state) ? trie.depth(state) : longest[fallback[state]!]!;
    }
  }

  function forget(): void {
    if (trie.size() > resolved.length) {
      resolved = new Uint8Array(trie.size() * 2);
      fallback = new Int32Array(trie.size() * 2);
      longest = new Int32Array(trie.size() * 2);
    }
    for (const state of visited) resolved[state] = 0;
    resolved[ROOT] = 1;
    visited = [];
  }

  forget();
  return { step, matched: (state) => longest[state]!, forget };
}
