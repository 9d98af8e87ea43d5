import { describe, expect, test } from 'vitest';
import { firstConfigured } from '../../src/composition/first-configured.ts';
import { providerPool } from '../../src/composition/provider-pool.ts';
import { select } from '../../src/composition/select.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { jsonCredential, rejection, scriptedSource } from './scripted-source.ts';

const login = () =>
  scriptedSource('db', (_, count) =>
    jsonCredential({ user: `u${count}`, main: { password: `p${count}` } }, { lease: {} }),
  );

describe('providerPool', () => {
  test('wraps a source once, whoever names it and however it is selected', async () => {
    const source = login();
    await using pool = providerPool({});
    const main = select(source, 'main');
    const providers = [
      pool.provide(source),
      pool.provide(select(source, 'user')),
      pool.provide(select(main, 'password')),
      pool.provide(main),
    ];
    expect(new Set(providers.map(({ root }) => root))).toEqual(new Set([providers[0]]));
    expect(pool.provide(main)).toBe(providers[3]);
    await Promise.all(providers.map((provider) => provider.get()));
    expect(source.contexts).toHaveLength(1);
    expect(await providers[2]?.reveal()).toBe('p1');
  });

  test('wraps a select of a chain around the chain', async () => {
    const source = login();
    const chain = firstConfigured(source);
    await using pool = providerPool({});
    const [user, main] = [pool.provide(select(chain, 'user')), pool.provide(select(chain, 'main'))];
    expect(user.root).toBe(main.root);
    expect([user.root.name, await user.reveal()]).toEqual(['firstConfigured(db)', 'u1']);
  });

  test('uses a provider as it is, whole or derived', async () => {
    await using whole = refreshing(login());
    const user = select(whole, 'user');
    await using pool = providerPool({});
    expect([pool.provide(whole), pool.provide(user)]).toEqual([whole, user]);
    expect(pool.provide(whole)).toBe(whole);
  });

  test('wraps with the options', async () => {
    const clock = fakeClock();
    const heard: string[] = [];
    await using pool = providerPool({ clock, maxAgeMs: 1_000, onEvent: ({ type }) => heard.push(type) });
    const source = login();
    const provider = pool.provide(source);
    await provider.get();
    await clock.advance(1_000);
    await provider.get();
    expect(heard).toEqual(['fetched', 'fetched']);
    expect(() => providerPool({ maxAgeMs: -1 }).provide(source)).toThrow(RangeError);
  });

  test('disposes what it wrapped, and leaves alone what it was given', async () => {
    const [wrapped, given] = [login(), login()];
    const whole = refreshing(given);
    const pool = providerPool({});
    const inPool = pool.provide(select(wrapped, 'user'));
    await Promise.all([inPool.get(), pool.provide(whole).get()]);
    await pool[Symbol.asyncDispose]();
    expect([wrapped.released.length, given.released.length]).toEqual([1, 0]);
    expect(await rejection(inPool.get())).toMatchObject({ code: 'aborted' });
    expect(await select(whole, 'user').reveal()).toBe('u1');
    await whole[Symbol.asyncDispose]();
  });
});
