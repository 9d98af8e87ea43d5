import { expect, test } from 'vitest';
import { CredentialError } from '../../src/index.ts';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND } from './scripted-source.ts';

test('a failed first fetch is not remembered: the next one succeeds', async () => {
  const { clock, provider } = bench((clock, _, call) => {
    if (call === 1) throw failure('access_denied');
    return credentialAt(clock, 'value');
  });
  expect(await outcomeOf(provider.get())).toBe('access_denied');
  await clock.advance(SECOND);
  expect(await outcomeOf(provider.get())).toBe('value');
  expect(provider.status()).toMatchObject({ state: 'fresh', failures: 0 });
});

test('a foreground fetch retries what may pass, within timeoutMs', async () => {
  for (const code of ['rate_limited', 'unreachable', 'timed_out'] as const) {
    const { clock, source, provider } = bench((clock, _, call) => {
      if (call < 4) throw failure(code);
      return credentialAt(clock, 'value');
    });
    const got = outcomeOf(provider.get());
    await clock.advance(10 * SECOND);
    expect(await got).toBe('value');
    expect(source.contexts).toHaveLength(4);
  }
});

test('a foreground fetch gives up at timeoutMs with the last error', async () => {
  const { clock, source, provider } = bench(() => Promise.reject(failure('unreachable')), { timeoutMs: 5 * SECOND });
  const got = outcomeOf(provider.get());
  await clock.advance(5 * SECOND);
  expect(await got).toBe('unreachable');
  expect(source.contexts.length).toBeGreaterThan(2);
  expect(source.contexts.length).toBeLessThan(40);
});

test('refusals and nonsense are not retried within one get', async () => {
  for (const code of ['access_denied', 'unauthenticated', 'not_found', 'invalid_response', 'not_configured'] as const) {
    const { source, provider } = bench(() => Promise.reject(failure(code)));
    expect(await outcomeOf(provider.get())).toBe(code);
    expect(source.contexts).toHaveLength(1);
  }
});

test('a caller during the pause gets the remembered error at once, with the time that is left', async () => {
  const { clock, source, provider } = bench(() => Promise.reject(failure('access_denied', 30 * SECOND)));
  await outcomeOf(provider.get());
  await clock.advance(10 * SECOND);
  await expect(provider.get()).rejects.toMatchObject({ code: 'access_denied', retryAfterMs: 20 * SECOND });
  expect(source.contexts).toHaveLength(1);
  await clock.advance(20 * SECOND);
  await outcomeOf(provider.get());
  expect(source.contexts).toHaveLength(2);
});

test('Retry-After is honoured even where it is longer than the caller waits', async () => {
  const { clock, source, provider } = bench(() => Promise.reject(failure('rate_limited', MINUTE)));
  expect(await outcomeOf(provider.get())).toBe('rate_limited');
  for (let second = 0; second < 50; second += 1) {
    expect(await outcomeOf(provider.get())).toBe('rate_limited');
    await clock.advance(SECOND);
  }
  expect(source.contexts).toHaveLength(1);
  await clock.advance(SECOND);
  const waits = outcomeOf(provider.get());
  await clock.advance(9 * SECOND - 1);
  expect(source.contexts).toHaveLength(1);
  await clock.advance(1);
  expect(await waits).toBe('rate_limited');
  expect(source.contexts).toHaveLength(2);
});

test('a missing secret is remembered for missingTtlMs, so a crash loop burns no quota', async () => {
  const { clock, source, provider } = bench(() => Promise.reject(failure('not_found')), { missingTtlMs: 30 * SECOND });
  for (let i = 0; i < 290; i += 1) {
    expect(await outcomeOf(provider.get())).toBe('not_found');
    await clock.advance(100);
  }
  expect(source.contexts).toHaveLength(1);
});

test('what was never configured is asked for again at once: it costs nobody anything', async () => {
  const { source, provider } = bench((clock, _, call) => {
    if (call < 3) throw failure('not_configured');
    return credentialAt(clock, 'value');
  });
  expect(await outcomeOf(provider.get())).toBe('not_configured');
  expect(await outcomeOf(provider.get())).toBe('not_configured');
  expect(await outcomeOf(provider.get())).toBe('value');
  expect(source.contexts).toHaveLength(3);
});

test('repeated background failures back off', async () => {
  const { clock, source, provider } = bench((clock, _, call) => {
    if (call > 1) throw failure('unreachable');
    return credentialAt(clock, 'token', { lifeMs: 60 * MINUTE });
  });
  await provider.get();
  await clock.advance(55 * MINUTE);
  for (let tenth = 0; tenth < 2_990; tenth += 1) {
    expect(await outcomeOf(provider.get())).toBe('token');
    await clock.advance(100);
  }
  // 299 s at a pause of up to 60 s; without pauses it would be 2,990.
  expect(source.contexts.length).toBeGreaterThan(5);
  expect(source.contexts.length).toBeLessThan(80);
});

test('a source that never answers is given up at timeoutMs, its signal aborted with the reason', async () => {
  const { clock, source, provider } = bench(() => new Promise(() => undefined), { timeoutMs: 2 * SECOND });
  const got = outcomeOf(provider.get());
  await clock.advance(2 * SECOND);
  expect(await got).toBe('timed_out');
  const { signal } = source.contexts[0] ?? {};
  expect(signal?.reason).toBeInstanceOf(CredentialError);
  expect(signal?.reason).toMatchObject({ code: 'timed_out' });
});

test('an unexpected error is reported by class and system code, never by its message', async () => {
  const marked = `hvs.${crypto.randomUUID()}`;
  const { provider } = bench(() => {
    throw Object.assign(new Error(`connect failed with token ${marked}`), { code: 'ECONNRESET' });
  });
  const error = await provider.get().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'invalid_response', message: expect.stringContaining('Error ECONNRESET') });
  const { inspect } = await import('node:util');
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(marked);
});

test('a source that answers nothing at all is an invalid response', async () => {
  const { provider } = bench(() => undefined as never);
  expect(await outcomeOf(provider.get())).toBe('invalid_response');
});

test('a source that throws at once, outside of its promise, is heard the same way', async () => {
  const { source, provider } = bench((clock) => credentialAt(clock, 'x'));
  source.fetch = () => {
    throw failure('access_denied');
  };
  expect(await outcomeOf(provider.get())).toBe('access_denied');
});
