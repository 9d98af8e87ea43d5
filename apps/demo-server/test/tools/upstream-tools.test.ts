import type { RequestListener } from 'node:http';
import {
  authorizedFetch,
  type CredentialProvider,
  fixedSource,
  redactor,
  refreshing,
  type Secret,
} from '@keyturn/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aiSummarize } from '../../src/tools/ai-summarize.ts';
import type { UpstreamClient } from '../../src/tools/call-upstream.ts';
import { fetchData } from '../../src/tools/fetch-data.ts';
import { githubSearch } from '../../src/tools/github-search.ts';
import { secureOperation } from '../../src/tools/secure-operation.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { canary, leaksIn } from '../support/canary.ts';
import { type LocalServer, localServer } from '../support/local-server.ts';
import { type ServedTools, serveTools, textOf } from '../support/serve-tools.ts';

let key: Secret;
let upstream: LocalServer;
let served: ServedTools;
let answer: RequestListener;

interface Made {
  readonly make: (client: UpstreamClient, key: CredentialProvider) => Tool;
  readonly args: Record<string, string>;
}

const tools: Record<string, Made> = {
  fetch_data: { make: fetchData, args: { query: 'hello' } },
  github_search: { make: githubSearch, args: { query: 'mcp' } },
  ai_summarize: { make: aiSummarize, args: { text: 'One. Two.' } },
  secure_operation: { make: secureOperation, args: {} },
};
const names = Object.keys(tools);

beforeEach(async () => {
  key = canary();
  answer = (_request, response) => response.end('{}');
  upstream = await localServer((request, response) => answer(request, response));
  const provider = refreshing(fixedSource(key, { name: 'env:TEST_KEY' }));
  const client: UpstreamClient = {
    upstream: { name: 'example', mode: 'live', baseUrl: upstream.origin, variable: 'TEST_KEY' },
    source: provider.name,
    fetch: authorizedFetch(provider, { allowedOrigins: [upstream.origin] }),
  };
  served = await serveTools(
    Object.values(tools).map(({ make }) => make(client, provider)),
    redactor().redact,
  );
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

describe.each(names)('%s', (name) => {
  const { args } = tools[name]!;

  test.each([
    [401, 'unauthenticated'],
    [403, 'access_denied'],
    [404, 'not_found'],
    [429, 'rate_limited'],
    [500, 'unreachable'],
    [418, 'invalid_response'],
  ])('tells the status %i as %s, and nothing of the answer that quotes the key', async (status, code) => {
    answer = ({ headers }, response) =>
      response.writeHead(status, { 'x-key': headers.authorization }).end(headers.authorization);
    const result = await served.call(name, args);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(new RegExp(`^${code}: example answered ${status}$`));
    expect(served.logged).toContain(`${name} failed: code=${code} status=${status} credential=env:TEST_KEY`);
    for (const subject of [result, served.logged, ...served.failures]) expect(leaksIn(subject, [key])).toEqual([]);
  });

  test('refuses an answer that is no JSON, without quoting it', async () => {
    answer = ({ headers }, response) => response.end(`<${headers.authorization}`);
    const result = await served.call(name, args);
    expect([result.isError, textOf(result)]).toEqual([
      true,
      'invalid_response: example answered something that is not JSON',
    ]);
    expect(leaksIn(served.failures[0], [key])).toEqual([]);
  });

  test('refuses an answer that is too large', async () => {
    answer = (_request, response) => response.end(`"${'x'.repeat(1_100_000)}"`);
    expect(textOf(await served.call(name, args))).toBe('too_large: example answered more than 1048576 bytes');
  });

  test('tells that its upstream is down', async () => {
    await upstream[Symbol.asyncDispose]();
    expect(textOf(await served.call(name, args))).toBe('unreachable: example cannot be reached (ECONNREFUSED)');
  });

  test('gives up its request when the client does', async () => {
    const asked = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.once('close', closed.resolve);
      asked.resolve();
    };
    const controller = new AbortController();
    const call = served.client.callTool({ name, arguments: args }, { signal: controller.signal });
    await asked.promise;
    controller.abort();
    await expect(call).rejects.toThrow();
    await closed.promise;
  });
});

describe.each(['fetch_data', 'github_search', 'ai_summarize'])('%s', (name) => {
  test.each([
    ['nothing', ''],
    ['only spaces', '   '],
    ['a control character', 'a\u0000b'],
    ['an escape sequence', 'a\u001b[31mb'],
    ['far too much', 'a'.repeat(50_000)],
  ])('asks its upstream nothing when the input is %s', async (_what, text) => {
    const [field] = Object.keys(tools[name]!.args);
    const result = await served.call(name, { [field!]: text });
    expect(result.isError).toBe(true);
    expect(upstream.requests).toHaveLength(0);
  });
});

test.each(['fetch_data', 'github_search'])(
  '%s refuses a second line, which would be a header or a log line',
  async (name) => {
    expect((await served.call(name, { query: 'a\nb' })).isError).toBe(true);
    expect(upstream.requests).toHaveLength(0);
  },
);

test.each(['github_search', 'ai_summarize', 'secure_operation'])(
  '%s refuses JSON in a form it does not know',
  async (name) => {
    answer = (_request, response) => response.end('{"items":[{}],"choices":[]}');
    const result = await served.call(name, tools[name]!.args);
    expect(textOf(result)).toMatch(/^invalid_response: /);
  },
);

test('a key that comes back in a good answer is masked, wherever it stands', async () => {
  answer = ({ headers }, response) => {
    const sent = headers.authorization ?? '';
    response.end(JSON.stringify({ [sent]: [sent, { deep: Buffer.from(sent).toString('base64') }] }));
  };
  const result = await served.call('fetch_data', { query: 'hello' });
  expect(result.isError).toBeUndefined();
  expect(leaksIn(result, [key])).toEqual([]);
});

test('the query reaches the upstream whole and encoded', async () => {
  await served.call('fetch_data', { query: 'a&q=b #c/..' });
  expect(new URL(upstream.requests[0]?.url ?? '', upstream.origin).searchParams.getAll('q')).toEqual(['a&q=b #c/..']);
});
