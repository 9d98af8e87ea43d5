/**
 * Puts `methods` on `target`. The answer puts back what was there, but for a method that somebody else replaced in
 * the meantime: theirs stays, and goes on calling ours.
 */
export function replaceMethods(target: object, methods: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(methods).map((name) => [name, Object.getOwnPropertyDescriptor(target, name)] as const);
  Object.assign(target, methods);
  return () => {
    for (const [name, descriptor] of before) {
      if (Reflect.get(target, name) !== methods[name]) continue;
      if (descriptor === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, descriptor);
    }
  };
}
