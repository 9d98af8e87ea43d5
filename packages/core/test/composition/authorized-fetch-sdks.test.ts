import { Octokit } from '@octokit/core';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { authorizedFetch } from '../../src/composition/authorized-fetch.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { type LoopbackServer, loopbackServer } from './loopback-server.ts';
import { failing, scriptedSource, storedSource } from './scripted-source.ts';

/** An API that takes one key at a time. */
async function api(answers: Readonly<Record<string, unknown>>, key: { current: string }): Promise<LoopbackServer> {
  return loopbackServer(({ path, headers }, response) => {
    const [status, body] = headers.authorization?.endsWith(` ${key.current}`)
      ? [200, answers[path]]
      : [401, { error: { message: 'bad key' } }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 0,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'short', refusal: null } }],
};

describe('authorizedFetch in the OpenAI SDK', () => {
  const answers = { '/v1/chat/completions': completion };
  const ask = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Summarize: long' }] };
  const clientFor = (server: LoopbackServer, provider: CredentialProvider) =>
    new OpenAI({
      apiKey: 'unused',
      baseURL: `${server.origin}/v1`,
      maxRetries: 0,
      fetch: authorizedFetch(provider, { allowedOrigins: [server.origin] }),
    });

  test('sends the provider\u2019s key, and the new one after a rotation in mid-use', async () => {
    const key = { current: 'old' };
    const source = storedSource('old');
    await using server = await api(answers, key);
    await using provider = refreshing(source);
    const client = clientFor(server, provider);
    expect((await client.chat.completions.create(ask)).choices[0]?.message.content).toBe('short');
    key.current = 'new';
    source.store('new');
    const later = await Promise.all(Array.from({ length: 10 }, () => client.chat.completions.create(ask)));
    expect(later.map(({ choices }) => choices[0]?.message.content)).toEqual(Array.from({ length: 10 }, () => 'short'));
    expect(source.contexts).toHaveLength(2);
    expect(server.arrived.every(({ body }) => body === JSON.stringify(ask))).toBe(true);
    expect(server.arrived.some(({ headers }) => headers.authorization === 'Bearer unused')).toBe(false);
  });

  test('streams an answer', async () => {
    await using server = await loopbackServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const content of ['sh', 'ort']) {
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
      }
      response.end('data: [DONE]\n\n');
    });
    await using provider = refreshing(storedSource('key'));
    const stream = await clientFor(server, provider).chat.completions.create({ ...ask, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('short');
  });

  test('a key that stays refused is the SDK\u2019s own error', async () => {
    await using server = await api(answers, { current: 'other' });
    await using provider = refreshing(storedSource('key'));
    await expect(clientFor(server, provider).chat.completions.create(ask)).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
  });

  test('its own abort is the SDK\u2019s own error', async () => {
    await using server = await loopbackServer();
    const provider = refreshing(scriptedSource('a', () => new Promise<never>(() => {})));
    const controller = new AbortController();
    const waiting = clientFor(server, provider).chat.completions.create(ask, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await provider[Symbol.asyncDispose]();
  });

  test('where there is no credential the SDK\u2019s error carries the reason', async () => {
    await using server = await loopbackServer();
    const provider = refreshing(scriptedSource('a', failing('not_configured')));
    const error: unknown = await clientFor(server, provider)
      .chat.completions.create(ask)
      .then(undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIConnectionError);
    expect((error as Error).cause).toMatchObject({ code: 'not_configured' });
  });
});

describe('authorizedFetch in Octokit', () => {
  const answers = { '/search/repositories?q=keyturn': { total_count: 1, items: [{ full_name: 'a/b' }] } };
  const clientFor = (server: LoopbackServer, provider: CredentialProvider) =>
    new Octokit({
      baseUrl: server.origin,
      request: { fetch: authorizedFetch(provider, { allowedOrigins: [server.origin], scheme: 'token' }) },
    });

  test('sends the provider\u2019s token, and the new one after a rotation in mid-use', async () => {
    const key = { current: 'old' };
    const source = storedSource('old');
    await using server = await api(answers, key);
    await using provider = refreshing(source);
    const client = clientFor(server, provider);
    const search = async () => (await client.request('GET /search/repositories', { q: 'keyturn' })).data.total_count;
    expect(await search()).toBe(1);
    key.current = 'new';
    source.store('new');
    expect(await Promise.all([search(), search(), search()])).toEqual([1, 1, 1]);
    expect(source.contexts).toHaveLength(2);
    expect(server.arrived.at(-1)?.headers.authorization).toBe('token new');
  });

  test('sends a body again after a rotation', async () => {
    const key = { current: 'new' };
    const source = storedSource('old');
    await using server = await api({ '/repos/a/b/issues': { number: 7 } }, key);
    await using provider = refreshing(source);
    await provider.get();
    source.store('new');
    const { data } = await clientFor(server, provider).request('POST /repos/{owner}/{repo}/issues', {
      owner: 'a',
      repo: 'b',
      title: 'it works',
    });
    expect(data.number).toBe(7);
    expect(server.arrived.map(({ body }) => body)).toEqual(['{"title":"it works"}', '{"title":"it works"}']);
  });

  test('a token that stays refused is the SDK\u2019s own error', async () => {
    await using server = await api(answers, { current: 'other' });
    await using provider = refreshing(storedSource('key'));
    await expect(clientFor(server, provider).request('GET /user')).rejects.toMatchObject({ status: 401 });
  });

  test('its token is not sent to another origin that a response names', async () => {
    await using server = await api(answers, { current: 'key' });
    await using foreign = await loopbackServer();
    await using provider = refreshing(storedSource('key'));
    const request = clientFor(server, provider).request(`GET ${foreign.origin}/next`);
    await expect(request).rejects.toMatchObject({ cause: { code: 'access_denied' } });
    expect(foreign.arrived).toEqual([]);
  });
});
