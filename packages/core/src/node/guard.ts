/** Undoes what was guarded, when called or at the end of a `using` block. Calling it again does nothing. */
export interface Guard extends Disposable {
  (): void;
}

export function guardOf(undo: () => void): Guard {
  let undone = false;
  const once = () => {
    if (undone) return;
    undone = true;
    undo();
  };
  return Object.assign(once, { [Symbol.dispose]: once });
}
