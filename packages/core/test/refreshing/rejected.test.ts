import { expect, test } from 'vitest';
import { bench, credentialAt, failure, MINUTE, outcomeOf, SECOND } from './scripted-source.ts';

test('five callers with the same refused credential cause one fetch; one with an older credential causes none', async () => {
  const { source, provider, heard } = bench((clock, _, call) => credentialAt(clock, `value ${call}`));
  const first = await provider.get();
  const replaced = await Promise.all(Array.from({ length: 5 }, () => outcomeOf(provider.get({ rejected: first }))));
  expect(new Set(replaced)).toEqual(new Set(['value 2']));
  expect(source.contexts).toHaveLength(2);
  expect(await outcomeOf(provider.get({ rejected: first }))).toBe('value 2');
  expect(source.contexts).toHaveLength(2);
  expect(heard().filter((type) => type === 'rejected')).toHaveLength(1);
});

test('the source learns what was refused and gets nothing to renew', async () => {
  const { source, provider } = bench((clock, _, call) => credentialAt(clock, `value ${call}`));
  const first = await provider.get();
  await provider.get({ rejected: first });
  expect(source.contexts[1]).toMatchObject({ rejected: first });
  expect(source.contexts[1]?.previous).toBeUndefined();
});

test('a refetch of an unchanged value makes a new object, and a refusal of the older object still counts', async () => {
  let text = 'value 1';
  const { clock, source, provider } = bench((clock) => credentialAt(clock, text));
  const first = await provider.get();
  await clock.advance(6 * MINUTE);
  const again = await provider.get();
  expect(again).not.toBe(first);
  text = 'value 2';
  expect(await outcomeOf(provider.get({ rejected: first }))).toBe('value 2');
  expect(source.contexts).toHaveLength(3);
});

test('a fetch that was under way when the refusal came does not count as an answer to it', async () => {
  let text = 'value 1';
  const { clock, source, provider } = bench((clock, _, call) => {
    if (call === 1) return credentialAt(clock, text);
    const read = text;
    return new Promise((resolve) => clock.setTimer(() => resolve(credentialAt(clock, read)), SECOND));
  });
  const first = await provider.get();
  await clock.advance(4.5 * MINUTE);
  await provider.get();
  text = 'value 2';
  const replaced = outcomeOf(provider.get({ rejected: first }));
  await clock.advance(2 * SECOND);
  expect(await replaced).toBe('value 2');
  expect(source.contexts.map(({ rejected }) => rejected)).toEqual([undefined, undefined, first]);
});

test('other callers keep the refused credential while it is being replaced: another server may accept it', async () => {
  const { clock, provider } = bench((clock, _, call) =>
    call === 1
      ? credentialAt(clock, 'value 1')
      : new Promise((resolve) => clock.setTimer(() => resolve(credentialAt(clock, 'value 2')), SECOND)),
  );
  const first = await provider.get();
  const replaced = outcomeOf(provider.get({ rejected: first }));
  expect(await outcomeOf(provider.get())).toBe('value 1');
  expect(provider.status()).toMatchObject({ state: 'stale' });
  await clock.advance(SECOND);
  expect(await replaced).toBe('value 2');
});

test('fetching the refused value again is a failure, paced and then final', async () => {
  const { clock, source, provider, heard } = bench((clock) => credentialAt(clock, 'same'), { overlapMs: MINUTE });
  const first = await provider.get();
  const error = await provider.get({ rejected: first }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unauthenticated', retryAfterMs: expect.any(Number) });
  expect(heard()).toEqual(['fetched', 'rejected', 'fetched', 'fetch_failed']);
  expect(await outcomeOf(provider.get())).toBe('same');

  const asked = source.contexts.length;
  for (let i = 0; i < 600; i += 1) {
    const refused = outcomeOf(provider.get({ rejected: first }));
    await clock.advance(100);
    void refused;
  }
  await clock.advance(10 * SECOND);
  expect(source.contexts.length - asked).toBeLessThan(60);
  const final = await provider.get({ rejected: first }).catch((reason: unknown) => reason);
  expect(final).toMatchObject({ code: 'unauthenticated', retryAfterMs: undefined });
});

test('a refused credential that is replaced later is given to those who wait for it', async () => {
  let text = 'old key';
  const { clock, provider } = bench((clock) => credentialAt(clock, text));
  const first = await provider.get();
  await outcomeOf(provider.get({ rejected: first }));
  text = 'new key';
  const next = outcomeOf(provider.get({ rejected: first }));
  await clock.advance(10 * SECOND);
  expect(await next).toBe('new key');
  expect(provider.status()).toMatchObject({ state: 'fresh', failures: 0 });
});

test('a refusal that meets an outage reports the outage', async () => {
  const { clock, provider } = bench(
    (clock, _, call) => {
      if (call > 1) throw failure('unreachable');
      return credentialAt(clock, 'value');
    },
    { staleIfErrorMs: 60 * MINUTE },
  );
  const first = await provider.get();
  const replaced = outcomeOf(provider.get({ rejected: first }));
  await clock.advance(10 * SECOND);
  expect(await replaced).toBe('unreachable');
});

test('the replaced credential is previous() for overlapMs', async () => {
  const { clock, provider } = bench((clock, _, call) => credentialAt(clock, `value ${call}`), { overlapMs: MINUTE });
  const first = await provider.get();
  expect(provider.previous()).toBeUndefined();
  await provider.get({ rejected: first });
  expect(provider.previous()).toBe(first);
  await clock.advance(MINUTE);
  expect(provider.previous()).toBeUndefined();
});

test('refetching an unchanged value does not push the replaced one out of previous()', async () => {
  const { clock, provider } = bench((clock, _, call) => credentialAt(clock, call === 1 ? 'value 1' : 'value 2'), {
    maxAgeMs: MINUTE,
  });
  const first = await provider.get();
  await provider.get({ rejected: first });
  await clock.advance(2 * MINUTE);
  await provider.get();
  expect(provider.previous()).toBe(first);
});

test('a caller without a refusal is not told of one: it gets what the source gives', async () => {
  const { clock, source, provider } = bench((clock) => credentialAt(clock, 'same'));
  const first = await provider.get();
  await clock.advance(6 * MINUTE);
  const [refused, plain] = [outcomeOf(provider.get({ rejected: first })), outcomeOf(provider.get())];
  expect(await refused).toBe('unauthenticated');
  expect(await plain).toBe('same');
  expect(source.contexts).toHaveLength(2);
});

test('while a refused value is paced, its background refresh is too', async () => {
  const { clock, source, provider } = bench(
    (clock) => credentialAt(clock, 'same', { refreshInMs: SECOND, lifeMs: 4 * SECOND }),
    {
      overlapMs: 60 * MINUTE,
    },
  );
  const first = await provider.get();
  // Eight refusals in a row: the pause has grown to up to five seconds.
  for (let i = 0; i < 8; i += 1) {
    const refused = outcomeOf(provider.get({ rejected: first }));
    await clock.advance(10 * SECOND);
    await refused;
  }
  const asked = source.contexts.length;
  const until = provider.status().nextRefreshAt?.getTime() ?? 0;
  while (clock.now() < until && provider.current() !== undefined) {
    await provider.get();
    await clock.advance(100);
  }
  expect(source.contexts).toHaveLength(asked);
});
