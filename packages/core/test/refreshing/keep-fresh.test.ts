import { expect, test } from 'vitest';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { refreshing } from '../../src/index.ts';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND, scriptedSource } from './scripted-source.ts';

test('a lease is kept alive by the timer although nobody asks', async () => {
  const lease = {};
  const { clock, provider } = bench((clock) => credentialAt(clock, 'user', { lease, lifeMs: MINUTE }));
  await provider.get();
  for (let minute = 0; minute < 30; minute += 1) {
    await clock.advance(MINUTE);
    expect(provider.current()?.value.reveal()).toBe('user');
  }
});

test('without a lease nothing is fetched unless somebody asks', async () => {
  const { clock, source, provider } = bench((clock) => credentialAt(clock, 'value', { lifeMs: MINUTE }));
  await provider.get();
  expect(clock.pendingTimers()).toEqual([]);
  await clock.advance(60 * MINUTE);
  expect(source.contexts).toHaveLength(1);
});

test('keepFresh true and false overrule the default', async () => {
  const kept = bench((clock) => credentialAt(clock, 'value', { lifeMs: MINUTE }), { keepFresh: true });
  await kept.provider.get();
  await kept.clock.advance(10 * MINUTE);
  expect(kept.source.contexts.length).toBeGreaterThan(9);

  const left = bench((clock) => credentialAt(clock, 'user', { lease: {}, lifeMs: MINUTE }), { keepFresh: false });
  await left.provider.get();
  await left.clock.advance(10 * MINUTE);
  expect(left.source.contexts).toHaveLength(1);
});

test('the timer goes on after failures, paced, and recovers by itself', async () => {
  let down = false;
  const { clock, source, provider } = bench((clock, _, call) => {
    if (down) throw failure('unreachable');
    return credentialAt(clock, `user ${call}`, { lease: {}, lifeMs: 60 * MINUTE });
  });
  await provider.get();
  down = true;
  await clock.advance(58 * MINUTE);
  const attempts = source.contexts.length;
  expect(attempts).toBeGreaterThan(3);
  expect(attempts).toBeLessThan(60);
  down = false;
  await clock.advance(2 * MINUTE);
  expect(provider.status()).toMatchObject({ state: 'fresh', failures: 0 });
});

test('a lease whose login died is minted anew at once, without a caller', async () => {
  const login = new AbortController();
  const { clock, provider } = bench((clock, _, call) =>
    credentialAt(clock, `user ${call}`, {
      lease: {},
      lifeMs: 60 * MINUTE,
      ...(call === 1 && { superseded: login.signal }),
    }),
  );
  await provider.get();
  login.abort();
  await clock.advance(0);
  expect(provider.current()?.value.reveal()).toBe('user 2');
});

test('a source that gives superseded leases only is asked once a second at most', async () => {
  const { clock, source, provider } = bench((clock, _, call) =>
    credentialAt(clock, `user ${call}`, { lease: {}, superseded: AbortSignal.abort() }),
  );
  await provider.get();
  await clock.advance(10 * SECOND);
  expect(source.contexts.length).toBeLessThan(15);
});

test('one background timer serves all providers of a clock', async () => {
  const clock = fakeClock();
  const providers = Array.from({ length: 100 }, (_, i) =>
    refreshing(
      scriptedSource(() => credentialAt(clock, `user ${i}`, { lease: {}, lifeMs: (i + 1) * MINUTE })),
      { clock },
    ),
  );
  await Promise.all(providers.map((provider) => provider.get()));
  expect(clock.pendingTimers()).toHaveLength(1);
  expect(clock.pendingTimers()[0]).toMatchObject({ background: true });
});

test('no timer is longer than a minute: a machine may sleep meanwhile', async () => {
  const { clock, provider } = bench((clock) =>
    credentialAt(clock, 'user', { lease: {}, lifeMs: 32 * 24 * 60 * MINUTE }),
  );
  await provider.get();
  expect(clock.pendingTimers().every(({ dueInMs }) => dueInMs <= MINUTE)).toBe(true);
});

test('after a sleep the timer notices within a minute that a lease is due', async () => {
  const { clock, provider } = bench((clock, _, call) =>
    credentialAt(clock, `user ${call}`, { lease: {}, lifeMs: 60 * MINUTE }),
  );
  await provider.get();
  clock.sleepMachine(2 * 60 * MINUTE);
  await clock.advance(MINUTE);
  expect(provider.current()?.value.reveal()).toBe('user 2');
});

test('disposal ends the timer', async () => {
  const { clock, source, provider } = bench((clock) => credentialAt(clock, 'user', { lease: {}, lifeMs: MINUTE }));
  await provider.get();
  await provider[Symbol.asyncDispose]();
  await clock.advance(10 * MINUTE);
  expect(source.contexts).toHaveLength(1);
  expect(clock.pendingTimers()).toEqual([]);
  expect(await outcomeOf(provider.get())).toBe('aborted');
});
