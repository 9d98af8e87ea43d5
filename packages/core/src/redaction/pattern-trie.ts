import type { ByteString } from './byte-string.ts';

/** A prefix of some pattern, by number. */
export type State = number;

/** The empty prefix. */
export const ROOT: State = 0;

/** The prefixes of all patterns. Grows by at most the length of a pattern, at about 6 bytes for each byte of it. */
export interface PatternTrie {
  add(pattern: ByteString): void;
  /** The prefix that is one byte longer, or `ROOT` where no pattern goes on like this. */
  child(state: State, byte: number): State;
  /** How many bytes long the prefix is. */
  depth(state: State): number;
  /** Whether the prefix is a whole pattern. */
  isPattern(state: State): boolean;
  /** How many prefixes there are: all have smaller numbers. */
  size(): number;
}

/** The state is the child of the one numbered before it. */
const CONTINUES = 1;
/** The state has children besides the one numbered after it. */
const BRANCHES = 2;
const IS_PATTERN = 4;

/**
 * Secrets differ from each other early, and from there on each is a chain. So a state's first child is the state
 * with the next number, at no cost, and only what branches off takes an entry in a map.
 */
export function patternTrie(): PatternTrie {
  let size = 1;
  let bytes = new Uint8Array(1024);
  let flags = new Uint8Array(1024);
  let depths = new Int32Array(1024);
  const rootChildren = new Int32Array(256);
  const branches = new Map<number, State>();

  function child(state: State, byte: number): State {
    if (state === ROOT) return rootChildren[byte]!;
    const next = state + 1;
    if (bytes[next] === byte && (flags[next]! & CONTINUES) !== 0) return next;
    return (flags[state]! & BRANCHES) === 0 ? ROOT : (branches.get(state * 256 + byte) ?? ROOT);
  }

  function addChild(state: State, byte: number): State {
    const added = size;
    size += 1;
    if (size >= bytes.length) {
      bytes = copied(bytes, new Uint8Array(size * 2));
      flags = copied(flags, new Uint8Array(size * 2));
      depths = copied(depths, new Int32Array(size * 2));
    }
    bytes[added] = byte;
    depths[added] = depths[state]! + 1;
    if (state === ROOT) {
      rootChildren[byte] = added;
    } else if (added === state + 1) {
      flags[added] = CONTINUES;
    } else {
      flags[state]! |= BRANCHES;
      branches.set(state * 256 + byte, added);
    }
    return added;
  }

  return {
    child,
    add(pattern) {
      let state = ROOT;
      for (let at = 0; at < pattern.length; at += 1) {
        const byte = pattern.charCodeAt(at);
        state = child(state, byte) || addChild(state, byte);
      }
      flags[state]! |= IS_PATTERN;
    },
    depth: (state) => depths[state]!,
    isPattern: (state) => (flags[state]! & IS_PATTERN) !== 0,
    size: () => size,
  };
}

function copied<T extends Uint8Array | Int32Array>(source: T, target: T): T {
  target.set(source);
  return target;
}
