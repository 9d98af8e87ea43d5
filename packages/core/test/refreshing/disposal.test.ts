import { expect, test } from 'vitest';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { leaseKeeper } from '../../src/refreshing/lease-keeper.ts';
import { providerSettings } from '../../src/refreshing/provider-options.ts';
import { RefreshingProvider } from '../../src/refreshing/refreshing-provider.ts';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND, scriptedSource } from './scripted-source.ts';

test('disposal releases what was minted, settles what is in flight and ends every wait', async () => {
  const { clock, source, provider } = bench((clock, { signal }, call) =>
    call === 1
      ? credentialAt(clock, 'user', { lease: {}, lifeMs: MINUTE })
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const first = await provider.get();
  const waiting = outcomeOf(provider.get({ rejected: first }));
  await clock.advance(0);
  await provider[Symbol.asyncDispose]();
  expect(await waiting).toBe('aborted');
  expect(source.contexts[1]?.signal.aborted).toBe(true);
  expect(source.underWay()).toBe(0);
  expect(source.released).toEqual([first]);
  expect(provider.status()).toMatchObject({ state: 'disposed' });
  expect(provider.current()).toBeUndefined();
  expect(provider.previous()).toBeUndefined();
});

test('disposal does not wait for a source that ignores its signal, and releases what it gives later', async () => {
  const { clock, source, provider } = bench(
    (clock) =>
      new Promise((resolve) => clock.setTimer(() => resolve(credentialAt(clock, 'late', { lease: {} })), MINUTE)),
  );
  const waiting = outcomeOf(provider.get());
  await clock.advance(0);
  await provider[Symbol.asyncDispose]();
  expect(await waiting).toBe('aborted');
  await clock.advance(MINUTE);
  expect(source.released).toHaveLength(1);
});

test('disposal ends a pause between two attempts', async () => {
  const { clock, provider } = bench(() => Promise.reject(failure('rate_limited', 5 * SECOND)));
  const waiting = outcomeOf(provider.get());
  await clock.advance(0);
  await provider[Symbol.asyncDispose]();
  expect(await waiting).toBe('aborted');
});

test('disposal in the very moment the answer arrives releases it once', async () => {
  let arrive: (() => void) | undefined;
  const { source, provider } = bench(
    (clock) =>
      new Promise((resolve) => {
        arrive = () => resolve(credentialAt(clock, 'user', { lease: {} }));
      }),
  );
  const waiting = outcomeOf(provider.get());
  await Promise.resolve();
  arrive?.();
  const disposed = provider[Symbol.asyncDispose]();
  expect(await waiting).toBe('aborted');
  await disposed;
  expect(source.released).toHaveLength(1);
});

test('a provider that never fetched is disposed at once, and twice is once', async () => {
  const { source, provider } = bench((clock) => credentialAt(clock, 'x'));
  await provider[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
  expect(source.contexts).toEqual([]);
  expect(await outcomeOf(provider.get())).toBe('aborted');
});

test('`await using` disposes', async () => {
  const { source, provider } = bench((clock) => credentialAt(clock, 'user', { lease: {} }));
  {
    await using scoped = provider;
    await scoped.get();
  }
  expect(source.released).toHaveLength(1);
});

test('a get that was about to fetch when the provider was disposed does not fetch', async () => {
  const { source, provider } = bench((clock) => credentialAt(clock, 'x'));
  const waiting = outcomeOf(provider.get());
  await provider[Symbol.asyncDispose]();
  expect(await waiting).toBe('aborted');
  expect(source.contexts).toEqual([]);
});

test('disposal while a new value is still being checked releases it and keeps nothing', async () => {
  const clock = fakeClock();
  const source = scriptedSource(() => credentialAt(clock, 'user', { lease: {} }));
  const provider = new RefreshingProvider(source, providerSettings({ clock }));
  const { promise: checked, resolve: pass } = Promise.withResolvers<void>();
  provider.addCheck(() => checked);
  const waiting = outcomeOf(provider.get());
  await clock.advance(0);
  const disposed = provider[Symbol.asyncDispose]();
  pass();
  expect(await waiting).toBe('aborted');
  await disposed;
  expect(source.released).toHaveLength(1);
});

test('a lease that is released from two sides is released once', async () => {
  const clock = fakeClock();
  const source = scriptedSource(() => credentialAt(clock, 'x'));
  const leases = leaseKeeper({ source, clock, overlapMs: MINUTE, timeoutMs: SECOND, onReleased: () => undefined });
  const lease = {};
  const credential = credentialAt(clock, 'user', { lease });
  leases.retire(credential);
  await Promise.all([
    leases.release(credential),
    leases.release(credentialAt(clock, 'user', { lease })),
    leases.releaseRetired(),
  ]);
  await clock.advance(2 * MINUTE);
  expect(source.released).toHaveLength(1);
});
