const EMPTY = new Uint8Array(0);

/** The end of a stream of bytes, in one piece. Appending n bytes one by one takes time linear in n. */
export interface KeptBytes {
  /** All that is kept, `chunk` last. Good until the next call; its memory is not written again. */
  append(chunk: Uint8Array): Uint8Array;
  dropFirst(count: number): void;
  length(): number;
}

export function keptBytes(): KeptBytes {
  let store: Uint8Array = EMPTY;
  let from = 0;
  let to = 0;
  /** A chunk that comes when nothing is kept is read where it is; what has to be kept of it is copied. */
  let borrowed = false;

  function moveTo(next: Uint8Array): void {
    next.set(store.subarray(from, to));
    store = next;
    to -= from;
    from = 0;
    borrowed = false;
  }

  return {
    append(chunk) {
      if (from === to) {
        store = chunk;
        from = 0;
        to = chunk.length;
        borrowed = true;
        return chunk;
      }
      if (borrowed || store.length - to < chunk.length) moveTo(new Uint8Array(2 * (to - from + chunk.length)));
      store.set(chunk, to);
      to += chunk.length;
      return store.subarray(from, to);
    },
    dropFirst(count) {
      from += count;
      if (borrowed) moveTo(new Uint8Array(to - from));
    },
    length: () => to - from,
  };
}
