/** Loaded before an example: whatever host it asks, a server on loopback answers. */
const server = process.env['EXAMPLES_SERVER'];
const realFetch = globalThis.fetch;

globalThis.fetch = (input, init) => {
  const { hostname, pathname, search } = new URL(input instanceof Request ? input.url : input);
  const isLocal = hostname === '127.0.0.1' || hostname === 'localhost';
  return realFetch(isLocal || server === undefined ? input : `${server}${pathname}${search}`, init);
};
