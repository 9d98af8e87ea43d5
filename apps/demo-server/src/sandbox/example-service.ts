import type { Service } from './answer.ts';

const records = [
  { id: 1, title: 'Rotate the signing key', tags: ['keys', 'rotation'] },
  { id: 2, title: 'Quarterly access review', tags: ['access'] },
  { id: 3, title: 'Hello from the example API', tags: ['hello'] },
];

/**
 * `GET /data?q=`: the guide's example API. `POST /operations`: its secure operation. `GET /headers` answers what it was
 * sent, as many echo services do.
 */
export const exampleService: Service = {
  answer({ method, url, headers }) {
    if (method !== (url.pathname === '/operations' ? 'POST' : 'GET')) {
      return { status: 405, body: { error: 'method not allowed' } };
    }
    if (url.pathname === '/operations') return { status: 200, body: { status: 'done' } };
    if (url.pathname === '/headers') return { status: 200, body: { headers } };
    if (url.pathname !== '/data') return { status: 404, body: { error: 'not found' } };
    const query = (url.searchParams.get('q') ?? '').toLowerCase();
    const matches = records.filter((record) => JSON.stringify(record).toLowerCase().includes(query));
    return { status: 200, body: { query, records: matches } };
  },
  refuse: (authorization) => ({ error: 'unauthorized', received: authorization }),
};
