import type { Backend, Launch, Way } from '../src/backend.ts';

/** The smallest server with a token: Node answers 200 to whoever brings it. */
export interface Toy {
  readonly url: string;
  readonly token: string;
}

const SERVER = `
  const [port, token] = process.argv.slice(1);
  require('node:http').createServer((request, response) => {
    response.writeHead(request.headers.token === token ? 200 : 403).end();
  }).listen(Number(port), '127.0.0.1');
`;

export function toyLaunch(port: number, script = SERVER): Launch<Toy> {
  const token = crypto.randomUUID();
  return {
    command: process.execPath,
    args: ['-e', script, String(port), token],
    env: {},
    address: { url: `http://127.0.0.1:${port}`, token },
  };
}

export function toyBackend(...ways: readonly Way<Toy>[]): Backend<Toy> {
  return {
    name: 'toy',
    ways,
    isReady: async ({ url, token }, signal) => (await fetch(url, { headers: { token }, signal })).ok,
    variables: ({ url }) => ({ TOY_URL: url }),
  };
}

/** A way that is open and starts the toy. */
export const started: Way<Toy> = {
  name: 'started',
  find: () => Promise.resolve({ launch: ({ port }) => toyLaunch(port) }),
};
