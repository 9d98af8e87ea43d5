/** Random numbers that can be had again by their seed. */
export interface Random {
  /** A whole number from 0 to `below - 1`. */
  below(limit: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Mulberry32, by Tommy Ettinger (public domain): small, and good enough to choose among calls. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (from) => from[below(from.length)]! };
}
