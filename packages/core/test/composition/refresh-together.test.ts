import { describe, expect, test } from 'vitest';
import { batched } from '../../src/composition/batched.ts';
import { loadCredentials, required } from '../../src/composition/load-credentials.ts';
import { providerPool } from '../../src/composition/provider-pool.ts';
import { refreshTogether } from '../../src/composition/refresh-together.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { Credential } from '../../src/credential.ts';
import { references } from '../../src/references/references.ts';
import type { Secret } from '../../src/secret.ts';
import { newText, scriptedSource, textCredential } from './scripted-source.ts';

/** Two providers on one clock, each fetched once. */
async function twoProviders(
  answers: [more: Partial<Credential<Secret>>, more: Partial<Credential<Secret>>] = [{}, {}],
) {
  const clock = fakeClock();
  const pool = providerPool({ clock });
  const sources = answers.map((more, index) => scriptedSource(`s${index}`, () => textCredential(newText(), more)));
  const providers = sources.map((source) => pool.provide(source).root);
  await Promise.all(providers.map((provider) => provider.get()));
  const fetches = () => sources.map((source) => source.contexts.length);
  return { clock, pool, first: providers[0]!, second: providers[1]!, providers, fetches };
}

describe('refreshTogether', () => {
  test('when one fetches in its refresh window the others fetch in the same turn', async () => {
    const { clock, providers, first, fetches } = await twoProviders();
    refreshTogether(providers);
    await clock.advance(299_000);
    await first.get();
    expect(fetches()).toEqual([2, 2]);
  });

  test('a provider that is not due soon is left alone', async () => {
    const { clock, providers, first, fetches } = await twoProviders();
    refreshTogether(providers);
    await clock.advance(100_000);
    await first.get({ rejected: await first.get() });
    expect(fetches()).toEqual([2, 1]);
  });

  test.each([
    ['is fetched with it', {}, 2],
    ['is not where it holds a lease, which keeps its own time', { lease: {} }, 1],
  ])('a provider that is due soon when another one fetches %s', async (_, more, fetched) => {
    const { clock, pool, providers, first, fetches } = await twoProviders([{}, more]);
    refreshTogether(providers);
    await clock.advance(200_000);
    await first.get({ rejected: await first.get() });
    expect(fetches()).toEqual([2, fetched]);
    await pool[Symbol.asyncDispose]();
  });

  test('ends with the load, also for providers that were given', async () => {
    const { clock, first, second, fetches } = await twoProviders();
    const load = await loadCredentials({ first: required(first, 'first'), second: required(second, 'second') });
    await clock.advance(299_000);
    await first.get();
    expect(fetches()).toEqual([2, 2]);
    await load[Symbol.asyncDispose]();
    await clock.advance(299_000);
    await first.get();
    expect(fetches()).toEqual([3, 2]);
  });

  test('ends when it is told to', async () => {
    const { clock, providers, first, fetches } = await twoProviders();
    refreshTogether(providers)();
    await clock.advance(299_000);
    await first.get();
    expect(fetches()).toEqual([2, 1]);
  });

  test('five thousand refresh in one sweep, not in one for each', async () => {
    const clock = fakeClock();
    const pool = providerPool({ clock });
    const source = scriptedSource('many', () => textCredential('x'));
    const providers = Array.from({ length: 5_000 }, () => pool.provide({ ...source }).root);
    await Promise.all(providers.map((provider) => provider.get()));
    refreshTogether(providers);
    await clock.advance(299_000);
    await providers[0]?.get();
    await clock.advance(0);
    expect(providers.filter((provider) => provider.status().ageMs === 0)).toHaveLength(5_000);
  });

  test('a provider may be in two groups, and stays in the one when it leaves the other', async () => {
    const { clock, pool, providers, first, second, fetches } = await twoProviders();
    const third = scriptedSource('s2', () => textCredential(newText()));
    const other = pool.provide(third).root;
    await other.get();
    const leave = refreshTogether(providers);
    refreshTogether([first, other]);
    await clock.advance(299_000);
    await first.get();
    expect([...fetches(), third.contexts.length]).toEqual([2, 2, 2]);
    leave();
    await clock.advance(299_000);
    await first.get();
    expect([...fetches(), third.contexts.length]).toEqual([3, 2, 3]);
    await second.get();
    expect([...fetches(), third.contexts.length]).toEqual([3, 3, 3]);
  });
});

describe('93 references in one load', () => {
  const names = Array.from({ length: 93 }, (_, index) => `key-${index}`);

  /** A backend that answers many refs in one call. */
  function backend() {
    const calls: number[] = [];
    const fetchOne = batched<string, Secret>({
      name: 'fake',
      maxSize: 100,
      fetchMany: async (refs) => {
        calls.push(refs.length);
        return refs.map((ref) => textCredential(`${ref} of call ${calls.length}`));
      },
    });
    const known = references([
      {
        scheme: 'fake',
        source: ({ segments: [id = ''] }) => ({ name: `fake:${id}`, fetch: (context) => fetchOne(id, context) }),
      },
    ]);
    const manifest = Object.fromEntries(names.map((name) => [name, required(known.source(`fake://${name}`), name)]));
    return { calls, manifest };
  }

  test.each([
    ['in the refresh window', 290_000],
    ['when they are not fresh any more', 300_000],
  ])('are one batch at the start, and one %s when one of them is asked for', async (_, waitMs) => {
    const clock = fakeClock();
    const { calls, manifest } = backend();
    await using load = await loadCredentials(manifest, { clock });
    expect(calls).toEqual([93]);
    for (let refresh = 2; refresh < 5; refresh += 1) {
      await clock.advance(waitMs);
      await load[`key-${refresh}`]?.get();
      await clock.advance(0);
      expect(calls).toEqual(Array.from({ length: refresh }, () => 93));
      expect(load['key-92']?.current()?.value.reveal()).toBe(`key-92 of call ${refresh}`);
    }
  });

  test('are one batch at each refresh by timer', async () => {
    const clock = fakeClock();
    const { calls, manifest } = backend();
    await using load = await loadCredentials(manifest, { clock, keepFresh: true });
    await clock.advance(900_000);
    expect(calls.length).toBeGreaterThan(3);
    expect(new Set(calls)).toEqual(new Set([93]));
    expect(load['key-0']?.status().state).toBe('fresh');
  });
});
