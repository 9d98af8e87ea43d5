import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleService } from '../../src/sandbox/example-service.ts';
import { serveService } from '../../src/sandbox/serve-service.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Upstream } from '../../src/upstream.ts';

let sandbox: Sandbox;
let environment: Record<string, string | undefined>;

beforeEach(async () => {
  environment = {};
  sandbox = await startSandbox(environment);
});
afterEach(() => sandbox[Symbol.asyncDispose]());

function ask(upstream: Upstream, path: string, key: string | undefined, init?: RequestInit): Promise<Response> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return fetch(`${upstream.baseUrl}${path}`, { ...init, headers });
}

test('a stand-in gets a random key in a variable of its own', () => {
  const first = sandbox.standIn('github', 'GITHUB_TOKEN');
  const second = sandbox.standIn('example', 'MY_SERVICE_API_KEY');
  expect([first.variable, second.variable]).toEqual(['SANDBOX_GITHUB_TOKEN', 'SANDBOX_MY_SERVICE_API_KEY']);
  expect(environment['SANDBOX_GITHUB_TOKEN']).toMatch(/^sandbox-github-.{32}$/);
  expect(environment['SANDBOX_GITHUB_TOKEN']).not.toBe(environment['SANDBOX_MY_SERVICE_API_KEY']);
});

test('a stand-in neither reads nor changes the real variable, and takes a sandbox key that is set already', async () => {
  const real = randomBytes(16).toString('hex');
  const given = randomBytes(16).toString('hex');
  environment['GITHUB_TOKEN'] = real;
  environment['SANDBOX_GITHUB_TOKEN'] = given;
  const github = sandbox.standIn('github', 'GITHUB_TOKEN');
  expect(environment).toEqual({ GITHUB_TOKEN: real, SANDBOX_GITHUB_TOKEN: given });
  expect((await ask(github, '/search/repositories?q=mcp', given)).status).toBe(200);
  expect((await ask(github, '/search/repositories?q=mcp', real)).status).toBe(401);
});

test('a service refuses no key, a wrong key, the key of another service, and quotes what it refused', async () => {
  const github = sandbox.standIn('github', 'GITHUB_TOKEN');
  sandbox.standIn('openai', 'OPENAI_API_KEY');
  const wrong = randomBytes(16).toString('hex');
  for (const key of [undefined, wrong, environment['SANDBOX_OPENAI_API_KEY']]) {
    const response = await ask(github, '/search/repositories?q=mcp', key);
    expect(response.status).toBe(401);
    expect(await response.text()).toContain(key ?? 'Bad credentials');
  }
});

test('a path with a key of its own takes that key alone, and the others do not take it', async () => {
  const example = sandbox.standIn('example', 'MY_SERVICE_API_KEY');
  const operations = sandbox.standIn('example', 'OPERATIONS_API_KEY', '/operations');
  const [key, operationsKey] = [environment[example.variable], environment[operations.variable]];
  const statusOf = async (path: string, given: string | undefined, method = 'GET') =>
    (await ask(example, path, given, { method })).status;
  expect([await statusOf('/data', key), await statusOf('/operations', operationsKey, 'POST')]).toEqual([200, 200]);
  expect([await statusOf('/data', operationsKey), await statusOf('/operations', key, 'POST')]).toEqual([401, 401]);
});

test('a service accepts exactly the keys it was told last', async () => {
  const github = sandbox.standIn('github', 'GITHUB_TOKEN');
  const [old, next] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
  const statusOf = async (key: string) => (await ask(github, '/search/repositories?q=mcp', key)).status;
  sandbox.accept('github', [old, next]);
  expect([await statusOf(old), await statusOf(next)]).toEqual([200, 200]);
  expect(await statusOf(environment[github.variable]!)).toBe(401);
  sandbox.accept('github', [next]);
  expect([await statusOf(old), await statusOf(next)]).toEqual([401, 200]);
});

test('a service that was given no key accepts none, not even the empty one', async () => {
  await using service = await serveService(exampleService);
  for (const authorization of ['', 'Bearer ', 'Bearer undefined']) {
    expect((await fetch(`${service.baseUrl}/data`, { headers: { authorization } })).status).toBe(401);
  }
});

test('the stand-ins answer as the real services do', async () => {
  const github = sandbox.standIn('github', 'GITHUB_TOKEN');
  const openai = sandbox.standIn('openai', 'OPENAI_API_KEY');
  const example = sandbox.standIn('example', 'MY_SERVICE_API_KEY');
  const search = await ask(github, '/search/repositories?q=typescript+sdk', environment[github.variable]);
  expect(await search.json()).toMatchObject({
    total_count: 1,
    items: [{ full_name: 'modelcontextprotocol/typescript-sdk', html_url: expect.any(String) }],
  });
  const completion = await ask(openai, '/v1/chat/completions', environment[openai.variable], {
    method: 'POST',
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Summarize: One. Two.' }] }),
  });
  expect(await completion.json()).toMatchObject({ choices: [{ message: { role: 'assistant', content: 'One.' } }] });
  const key = environment[example.variable];
  const data = await ask(example, '/data?q=hello', key);
  expect(await data.json()).toMatchObject({ query: 'hello', records: [{ id: 3 }] });
  const operation = await ask(example, '/operations', key, { method: 'POST' });
  expect(await operation.json()).toEqual({ status: 'done' });
  expect((await ask(example, '/operations', key)).status).toBe(405);
});
