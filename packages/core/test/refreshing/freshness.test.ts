import { expect, test } from 'vitest';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND } from './scripted-source.ts';

test('near the end of its life it is fetched once in the background, and everybody keeps the old one', async () => {
  const { clock, source, provider } = bench((clock, _, call) =>
    call === 1
      ? credentialAt(clock, 'old', { lifeMs: 10 * MINUTE })
      : new Promise((resolve) =>
          clock.setTimer(() => resolve(credentialAt(clock, 'new', { lifeMs: 10 * MINUTE })), SECOND),
        ),
  );
  await provider.get();
  await clock.advance(9 * MINUTE);
  const during = await Promise.all(Array.from({ length: 50 }, () => outcomeOf(provider.get())));
  expect(new Set(during)).toEqual(new Set(['old']));
  expect(source.contexts).toHaveLength(2);
  await clock.advance(SECOND);
  expect(await outcomeOf(provider.get())).toBe('new');
  expect(source.contexts).toHaveLength(2);
});

test('a background failure breaks nothing while the old one is valid, and is heard', async () => {
  const { clock, provider, heard } = bench((clock, _, call) => {
    if (call > 1) throw failure('access_denied');
    return credentialAt(clock, 'old', { lifeMs: 10 * MINUTE });
  });
  await provider.get();
  await clock.advance(9 * MINUTE);
  expect(await outcomeOf(provider.get())).toBe('old');
  await clock.advance(0);
  expect(heard()).toEqual(['fetched', 'fetch_failed']);
  expect(provider.status()).toMatchObject({ state: 'fresh', failures: 1, lastError: { code: 'access_denied' } });
  await clock.advance(59 * SECOND);
  expect(await outcomeOf(provider.get())).toBe('old');
});

test('an expired credential is never handed out, not even while its replacement fails', async () => {
  const { clock, provider } = bench(
    (clock, _, call) => {
      if (call > 1) throw failure('unreachable');
      return credentialAt(clock, 'old', { lifeMs: MINUTE });
    },
    { staleIfErrorMs: 60 * MINUTE },
  );
  await provider.get();
  await clock.advance(MINUTE);
  expect(provider.current()).toBeUndefined();
  const late = outcomeOf(provider.get());
  await clock.advance(11 * SECOND);
  expect(await late).toBe('unreachable');
});

test('a machine that slept does not hand out a token that died meanwhile', async () => {
  const { clock, source, provider } = bench((clock, _, call) =>
    credentialAt(clock, `token ${call}`, { lifeMs: 60 * MINUTE }),
  );
  await provider.get();
  clock.sleepMachine(61 * MINUTE);
  expect(provider.current()).toBeUndefined();
  expect(await outcomeOf(provider.get())).toBe('token 2');
  expect(source.contexts).toHaveLength(2);
});

test('a wall clock set back does not prolong a token', async () => {
  const { clock, provider } = bench((clock, _, call) => credentialAt(clock, `token ${call}`, { lifeMs: 60 * MINUTE }));
  await provider.get();
  clock.jumpWall(-60 * MINUTE);
  await clock.advance(60 * MINUTE);
  expect(provider.current()).toBeUndefined();
  expect(await outcomeOf(provider.get())).toBe('token 2');
});

test('a wall clock set forward and back during the fetch does not prolong a token', async () => {
  const { clock, provider } = bench((clock, _, call) => {
    clock.jumpWall(60 * MINUTE);
    const credential = credentialAt(clock, `token ${call}`, { lifeMs: MINUTE });
    return credential;
  });
  await provider.get();
  clock.jumpWall(-60 * MINUTE);
  await clock.advance(MINUTE);
  expect(provider.current()).toBeUndefined();
});

test('a wall clock set forward makes a value without expiry old', async () => {
  const { clock, source, provider } = bench((clock, _, call) => credentialAt(clock, `value ${call}`));
  await provider.get();
  clock.jumpWall(6 * MINUTE);
  expect(await outcomeOf(provider.get())).toBe('value 2');
  expect(source.contexts).toHaveLength(2);
});

test('the refresh window is at most a fifth of the lifetime', async () => {
  const { clock, source, provider } = bench((clock, _, call) =>
    credentialAt(clock, `token ${call}`, { lifeMs: MINUTE }),
  );
  await provider.get();
  for (let second = 0; second < 10 * 60; second += 1) {
    await provider.get();
    await clock.advance(SECOND);
  }
  // 600 s of 60 s tokens refreshed in their last 12 to 13.2 s: 13 to 14 of them, not 600.
  expect(source.contexts.length).toBeGreaterThanOrEqual(12);
  expect(source.contexts.length).toBeLessThanOrEqual(15);
});

test('refreshAt asks again early and never makes the value dead', async () => {
  const { clock, source, provider } = bench((clock, _, call) => {
    if (call > 1) throw failure('unreachable');
    return credentialAt(clock, 'value', { refreshInMs: MINUTE, lifeMs: 10 * MINUTE });
  });
  await provider.get();
  await clock.advance(MINUTE - 1);
  await provider.get();
  expect(source.contexts).toHaveLength(1);
  await clock.advance(1);
  expect(await outcomeOf(provider.get())).toBe('value');
  expect(source.contexts).toHaveLength(2);
  await clock.advance(8 * MINUTE);
  expect(await outcomeOf(provider.get())).toBe('value');
});

test('a refreshAt that is long past does not cause a fetch at every get', async () => {
  const { clock, source, provider } = bench((clock, _, call) =>
    credentialAt(clock, `value ${call}`, { refreshInMs: -MINUTE }),
  );
  for (let second = 0; second < 60; second += 1) {
    await provider.get();
    await clock.advance(SECOND);
  }
  expect(source.contexts.length).toBeLessThanOrEqual(3);
});

test('a credential that arrives expired is refused, not handed out', async () => {
  const { provider } = bench((clock) => credentialAt(clock, 'dead', { lifeMs: -1 }));
  expect(await outcomeOf(provider.get())).toBe('invalid_response');
  expect(provider.current()).toBeUndefined();
});

test('maxAgeMs 0 asks the source at every get', async () => {
  const { source, provider } = bench((clock, _, call) => credentialAt(clock, `value ${call}`), { maxAgeMs: 0 });
  expect(await outcomeOf(provider.get())).toBe('value 1');
  expect(await outcomeOf(provider.get())).toBe('value 2');
  expect(source.contexts).toHaveLength(2);
});

test('the source is told how long a stored credential must live', async () => {
  const { clock, source, provider } = bench((clock) => credentialAt(clock, 'token', { lifeMs: 60 * MINUTE }));
  await provider.get();
  await clock.advance(56 * MINUTE);
  await provider.get();
  expect(source.contexts.map(({ minValidityMs }) => minValidityMs)).toEqual([10 * SECOND, 5 * MINUTE]);
});

test('an option that is no time is refused', () => {
  expect(() => bench((clock) => credentialAt(clock, 'x'), { maxAgeMs: -1 })).toThrow(/maxAgeMs must be/);
  expect(() => bench((clock) => credentialAt(clock, 'x'), { timeoutMs: Number.NaN })).toThrow(/timeoutMs must be/);
});
