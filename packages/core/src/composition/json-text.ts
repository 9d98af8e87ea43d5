/** `JSON.parse` source text access (ECMAScript 2026; Node since 21). */
const exact: typeof JSON & {
  rawJSON?(text: string): object;
  isRawJSON?(value: unknown): boolean;
} = JSON;

/**
 * Parses JSON and keeps numbers as they are written: an id like 12345678901234567890 must not come back rounded.
 * Where the runtime cannot, they are ordinary numbers.
 */
export function parseJsonText(text: string): unknown {
  return JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    const keeps = typeof value === 'number' && context?.source !== undefined;
    return keeps ? (exact.rawJSON?.(context.source) ?? value) : value;
  });
}

/** Whether `value`, of `parseJsonText`, is an object or an array: a kept number is an object as well. */
export function isJsonContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && exact.isRawJSON?.(value) !== true;
}
