import { expect, test } from 'vitest';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND } from './scripted-source.ts';

test('a renewed lease keeps its identity and is never released while in use', async () => {
  const lease = {};
  const { clock, source, provider, events } = bench((clock) => credentialAt(clock, 'user', { lease, lifeMs: MINUTE }));
  const first = await provider.get();
  await clock.advance(10 * MINUTE);
  expect(source.contexts.length).toBeGreaterThan(5);
  expect(source.contexts[1]?.previous).toBe(first);
  expect(source.released).toEqual([]);
  expect(events.map((event) => event.type === 'fetched' && event.outcome).slice(0, 3)).toEqual([
    'first',
    'renewed',
    'renewed',
  ]);
  expect(provider.previous()).toBeUndefined();
});

test('a replaced lease is released once, after the overlap', async () => {
  const { clock, source, provider, heard } = bench(
    (clock, _, call) => credentialAt(clock, `user ${call}`, { lease: {}, lifeMs: 60 * MINUTE }),
    { overlapMs: MINUTE },
  );
  const first = await provider.get();
  await provider.get({ rejected: first });
  await clock.advance(MINUTE - 1);
  expect(source.released).toEqual([]);
  await clock.advance(SECOND);
  expect(source.released).toEqual([first]);
  await provider[Symbol.asyncDispose]();
  expect(source.released).toHaveLength(2);
  expect(heard().filter((type) => type === 'released')).toHaveLength(2);
});

test('a lease that arrives after its fetch was given up is released', async () => {
  const { clock, source, provider } = bench(
    (clock) =>
      new Promise((resolve) => clock.setTimer(() => resolve(credentialAt(clock, 'late', { lease: {} })), MINUTE)),
  );
  const got = outcomeOf(provider.get());
  await clock.advance(10 * SECOND);
  expect(await got).toBe('timed_out');
  await clock.advance(MINUTE);
  expect(source.released.map(({ value }) => value.reveal())).toEqual(['late']);
  expect(provider.current()).toBeUndefined();
});

test('a lease that arrives expired is released', async () => {
  const { source, provider } = bench((clock) => credentialAt(clock, 'dead', { lease: {}, lifeMs: -1 }));
  expect(await outcomeOf(provider.get())).toBe('invalid_response');
  expect(source.released).toHaveLength(1);
});

test('a late answer that only renews the lease in hand does not release it', async () => {
  const lease = {};
  const { clock, source, provider } = bench((clock, _, call) =>
    call === 1
      ? credentialAt(clock, 'user', { lease, lifeMs: 60 * MINUTE })
      : new Promise((resolve) => clock.setTimer(() => resolve(credentialAt(clock, 'user', { lease })), MINUTE)),
  );
  await provider.get();
  await clock.advance(58 * MINUTE);
  expect(source.contexts.length).toBeGreaterThan(1);
  expect(source.released).toEqual([]);
});

test('a release that fails or hangs is heard and never repeated', async () => {
  for (const release of [() => Promise.reject(failure('unreachable')), () => new Promise<void>(() => undefined)]) {
    const { clock, source, provider, heard } = bench((clock) => credentialAt(clock, 'user', { lease: {} }));
    let released = 0;
    source.release = () => {
      released += 1;
      return release();
    };
    await provider.get();
    const disposed = provider[Symbol.asyncDispose]();
    await clock.advance(10 * SECOND);
    await disposed;
    await provider[Symbol.asyncDispose]();
    expect(released).toBe(1);
    expect(heard()).toContain('release_failed');
  }
});

test('a superseded credential is dropped at once and fetched anew', async () => {
  const login = new AbortController();
  const { source, provider, heard } = bench((clock, _, call) =>
    credentialAt(clock, `value ${call}`, call === 1 ? { superseded: login.signal } : {}),
  );
  await provider.get();
  login.abort();
  expect(provider.current()).toBeUndefined();
  expect(await outcomeOf(provider.get())).toBe('value 2');
  expect(source.contexts[1]?.previous).toBeUndefined();
  expect(heard()).toEqual(['fetched', 'superseded', 'fetched']);
});

test('superseding a credential that was replaced already changes nothing', async () => {
  const login = new AbortController();
  const { provider, heard } = bench((clock, _, call) =>
    credentialAt(clock, `value ${call}`, call === 1 ? { superseded: login.signal } : {}),
  );
  const first = await provider.get();
  await provider.get({ rejected: first });
  login.abort();
  expect(provider.current()?.value.reveal()).toBe('value 2');
  expect(heard()).not.toContain('superseded');
});

test('a credential that is superseded on arrival is given to its caller and not kept', async () => {
  const { source, provider } = bench((clock, _, call) =>
    credentialAt(clock, `value ${call}`, { superseded: AbortSignal.abort() }),
  );
  expect(await outcomeOf(provider.get())).toBe('value 1');
  expect(provider.current()).toBeUndefined();
  expect(await outcomeOf(provider.get())).toBe('value 2');
  expect(source.contexts).toHaveLength(2);
});

test('a single-use credential is neither kept nor shared', async () => {
  const { clock, source, provider } = bench((clock, _, call) =>
    credentialAt(clock, `otp ${call}`, { singleUse: true }),
  );
  const codes = Promise.all(Array.from({ length: 5 }, () => outcomeOf(provider.get())));
  await clock.advance(SECOND);
  expect(new Set(await codes).size).toBe(5);
  expect(provider.current()).toBeUndefined();
  expect(source.contexts).toHaveLength(5);
});

test('a refused single-use credential is replaced by one of each caller’s own', async () => {
  const { provider } = bench((clock, _, call) => credentialAt(clock, `otp ${call}`, { singleUse: true }));
  const first = await provider.get();
  const codes = await Promise.all([1, 2, 3].map(() => outcomeOf(provider.get({ rejected: first }))));
  expect(new Set(codes).size).toBe(3);
  expect(codes).not.toContain('otp 1');
});
