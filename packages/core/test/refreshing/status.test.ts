import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { refreshing, secret } from '../../src/index.ts';
import { bench, credentialAt, failure, MINUTE, outcomeOf, scriptedSource } from './scripted-source.ts';

test('status tells age, version, expiry and the next refresh, and never a value', async () => {
  const marked = crypto.randomUUID();
  const { clock, provider } = bench((clock) =>
    credentialAt(clock, marked, { version: 'v7', lifeMs: 10 * MINUTE, createdAt: new Date(clock.now() - MINUTE) }),
  );
  expect(provider.status()).toEqual({ source: 'scripted', state: 'pending', failures: 0 });
  await provider.get();
  await clock.advance(MINUTE);
  const status = provider.status();
  expect(status).toMatchObject({ state: 'fresh', ageMs: MINUTE, version: 'v7', failures: 0 });
  expect(status.expiresAt?.getTime()).toBe(clock.now() + 9 * MINUTE);
  expect(status.nextRefreshAt?.getTime()).toBeLessThanOrEqual(clock.now() + 7 * MINUTE);
  expect(JSON.stringify(status) + inspect([status, provider], { depth: 10, showHidden: true })).not.toContain(marked);
});

test('a version older than rotateAfterMs is overdue for rotation', async () => {
  const { clock, provider } = bench((clock) => credentialAt(clock, 'x', { createdAt: new Date(clock.now()) }), {
    rotateAfterMs: 10 * MINUTE,
  });
  await provider.get();
  expect(provider.status().rotationOverdue).toBeUndefined();
  await clock.advance(11 * MINUTE);
  expect(provider.status().rotationOverdue).toBe(true);
});

test('a value that stays fresh for ever has no next refresh', async () => {
  const { provider } = bench((clock) => credentialAt(clock, 'x'), { maxAgeMs: Number.POSITIVE_INFINITY });
  await provider.get();
  expect(provider.status()).toMatchObject({ state: 'fresh' });
  expect(provider.status().nextRefreshAt).toBeUndefined();
});

test('events carry source and time, and no value', async () => {
  const marked = crypto.randomUUID();
  const { clock, provider, events } = bench((clock, _, call) => {
    if (call === 2) throw failure('access_denied');
    return credentialAt(clock, marked, { lifeMs: MINUTE });
  });
  await provider.get();
  await clock.advance(50_000);
  await provider.get();
  await clock.advance(0);
  expect(events.map(({ type, source, at }) => [type, source, at instanceof Date])).toEqual([
    ['fetched', 'scripted', true],
    ['fetch_failed', 'scripted', true],
  ]);
  expect(events[1]).toMatchObject({ background: true, failures: 1 });
  expect(inspect(events, { depth: 10, showHidden: true })).not.toContain(marked);
});

test('a listener that left hears nothing more', async () => {
  const { provider } = bench((clock) => credentialAt(clock, 'x'), { maxAgeMs: 0 });
  let heard = 0;
  const leave = provider.subscribe(() => {
    heard += 1;
  });
  await provider.get();
  leave();
  await provider.get();
  expect(heard).toBe(1);
});

test('reveal gives the text of a secret and refuses a record', async () => {
  const { clock, provider } = bench((clock) => credentialAt(clock, 'text'));
  expect(await provider.reveal()).toBe('text');
  const record = refreshing({
    name: 'record',
    fetch: async () => ({ ...credentialAt(clock, ''), value: { user: 'u', password: secret('p') } }),
  });
  await expect(record.reveal()).rejects.toMatchObject({ code: 'invalid_response' });
});

test('on the real clock it fetches, refreshes in the background, expires and is disposed', async () => {
  let fetched = 0;
  const source = scriptedSource(() => {
    fetched += 1;
    return credentialAt({ now: Date.now }, `value ${fetched}`, { lifeMs: 400 });
  });
  await using provider = refreshing(source);
  expect(await outcomeOf(provider.get())).toBe('value 1');
  let text = '';
  while (text !== 'value 3') {
    const credential = await provider.get();
    expect(credential.expiresAt?.getTime()).toBeGreaterThan(Date.now() - 5);
    text = credential.value.reveal();
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test('on the real clock a deadline ends a source that hangs, and aborts end waits', async () => {
  await using provider = refreshing(
    scriptedSource(() => new Promise(() => undefined)),
    { timeoutMs: 50 },
  );
  expect(await outcomeOf(provider.get({ signal: AbortSignal.timeout(5) }))).toBe('timed_out');
  expect(await outcomeOf(provider.get())).toBe('timed_out');
});
