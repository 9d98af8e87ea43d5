import { expect, test } from 'vitest';
import { bench, credentialAt, MINUTE, outcomeOf } from './scripted-source.ts';

test('a thousand callers cause one fetch and get the same credential', async () => {
  const { clock, source, provider } = bench(
    () =>
      new Promise((resolve) => {
        clock.setTimer(() => resolve(credentialAt(clock, 'first value')), 100);
      }),
  );
  const calls = Array.from({ length: 1_000 }, () => provider.get());
  await clock.advance(100);
  const credentials = new Set(await Promise.all(calls));
  expect(credentials.size).toBe(1);
  expect(source.contexts).toHaveLength(1);
});

test('a caller that aborts ends its own wait and nobody else’s', async () => {
  const { clock, source, provider } = bench(
    () =>
      new Promise((resolve) => {
        clock.setTimer(() => resolve(credentialAt(clock, 'first value')), 100);
      }),
  );
  const impatient = new AbortController();
  const left = outcomeOf(provider.get({ signal: impatient.signal }));
  const stayed = outcomeOf(provider.get());
  impatient.abort();
  expect(await left).toBe('aborted');
  expect(source.contexts[0]?.signal.aborted).toBe(false);
  await clock.advance(100);
  expect(await stayed).toBe('first value');
  expect(source.contexts).toHaveLength(1);
});

test('when every caller aborts, the fetch still ends and its value is kept', async () => {
  const { clock, source, provider } = bench(
    () =>
      new Promise((resolve) => {
        clock.setTimer(() => resolve(credentialAt(clock, 'first value')), 100);
      }),
  );
  const impatient = new AbortController();
  const left = outcomeOf(provider.get({ signal: impatient.signal }));
  impatient.abort();
  expect(await left).toBe('aborted');
  await clock.advance(100);
  expect(provider.current()?.value.reveal()).toBe('first value');
  expect(await outcomeOf(provider.get())).toBe('first value');
  expect(source.contexts).toHaveLength(1);
});

test('a signal that is already aborted starts no fetch', async () => {
  const { clock, source, provider } = bench(() => credentialAt(clock, 'value'));
  expect(await outcomeOf(provider.get({ signal: AbortSignal.abort() }))).toBe('aborted');
  expect(source.contexts).toHaveLength(0);
});

test('a fresh credential is the same settled promise, fetches nothing and sets no timer', async () => {
  const { clock, source, provider } = bench(() => credentialAt(clock, 'value'));
  await provider.get();
  expect(provider.get()).toBe(provider.get());
  await clock.advance(3 * MINUTE);
  expect(provider.get()).toBe(provider.get());
  expect(source.contexts).toHaveLength(1);
  expect(clock.pendingTimers()).toEqual([]);
});

test('a wait that ended leaves no listener on the caller’s signal', async () => {
  const { clock, provider } = bench(() => credentialAt(clock, 'value', { lifeMs: MINUTE }));
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners += 1;
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    removeEventListener.apply(signal, args);
  };
  await provider.get({ signal });
  await clock.advance(0);
  expect(listeners).toBe(0);
});
