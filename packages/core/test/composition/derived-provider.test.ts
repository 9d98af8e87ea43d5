import { describe, expect, test } from 'vitest';
import { coreProvider } from '../../src/composition/core-provider.ts';
import { derivation } from '../../src/composition/derivation.ts';
import { DerivedProvider } from '../../src/composition/derived-provider.ts';
import { select } from '../../src/composition/select.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { Credential } from '../../src/credential.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { failing, jsonCredential, newText, rejection, scriptedSource } from './scripted-source.ts';

/** A login whose version is the count of fetches. */
function logins(make: (count: number) => unknown = (count) => ({ user: `u${count}`, password: `p${count}` })) {
  return scriptedSource('db', (_, count) => jsonCredential(make(count), { version: String(count) }));
}

const text = (credential: Credential | undefined) => credential?.value.reveal();

describe('a provider derived by select', () => {
  test('answers the same promise and the same credential while the parent is fresh', async () => {
    const source = logins();
    await using parent = refreshing(source);
    const password = select(parent, 'password');
    const first = await password.get();
    expect(password.get()).toBe(password.get());
    expect(await password.get()).toBe(first);
    expect(password.current()).toBe(first);
    expect(await password.reveal()).toBe('p1');
    expect(source.contexts).toHaveLength(1);
  });

  test('shares its parent\u2019s fetches with its siblings', async () => {
    const source = logins();
    await using parent = refreshing(source);
    const [user, password] = [select(parent, 'user'), select(parent, 'password')];
    const [a, b] = await Promise.all([user.get(), password.get()]);
    expect([text(a), text(b), source.contexts.length]).toEqual(['u1', 'p1', 1]);
  });

  test('translates a refusal upwards: five callers cause one fetch, an older one none', async () => {
    const source = logins();
    await using parent = refreshing(source);
    const password = select(parent, 'password');
    const rejected = await password.get();
    const answers = await Promise.all(Array.from({ length: 5 }, () => password.get({ rejected })));
    expect(new Set(answers.map(text))).toEqual(new Set(['p2']));
    expect(source.contexts[1]?.rejected).toBe(parent.previous());
    expect(text(await password.get({ rejected }))).toBe('p2');
    expect(source.contexts).toHaveLength(2);
  });

  test('a refusal that was seen through another view of the parent counts as well', async () => {
    await using parent = refreshing(logins());
    const rejected = await select(parent, 'password').get();
    expect(text(await select(parent, 'password').get({ rejected }))).toBe('p2');
  });

  test('a new version with the refused part unchanged is refused as well', async () => {
    const source = logins((count) => ({ password: count < 3 ? 'old' : 'new', other: count }));
    await using parent = refreshing(source);
    const password = select(parent, 'password');
    const rejected = await password.get();
    expect(text(await password.get({ rejected }))).toBe('new');
    expect(source.contexts).toHaveLength(3);
  });

  test('a parent that changes at every fetch, but never in the refused part, is not asked for ever', async () => {
    const source = logins((count) => ({ password: 'old', other: count }));
    await using parent = refreshing(source);
    const password = select(parent, 'password');
    const error = await rejection(password.get({ rejected: await password.get() }));
    expect(error).toMatchObject({ code: 'unauthenticated', source: 'db#password' });
    expect(source.contexts).toHaveLength(4);
  });

  test('previous gives the part of the replaced credential, for the overlap', async () => {
    const clock = fakeClock();
    await using parent = refreshing(logins(), { clock, overlapMs: 1_000 });
    const password = select(parent, 'password');
    const rejected = await password.get();
    expect(password.previous()).toBeUndefined();
    await password.get({ rejected });
    expect(password.previous()).toBe(rejected);
    await clock.advance(1_000);
    expect(password.previous()).toBeUndefined();
  });

  test('a version without the field fails with not_found, is no current one, and the next version heals it', async () => {
    const source = logins((count) => (count === 2 ? { user: 'app' } : { user: 'app', password: `p${count}` }));
    const clock = fakeClock();
    await using parent = refreshing(source, { clock });
    const password = select(parent, 'password');
    await password.get();
    await clock.advance(300_000);
    expect(await rejection(password.get())).toMatchObject({ code: 'not_found', source: 'db#password' });
    expect(password.current()).toBeUndefined();
    expect(text(password.previous())).toBe('p1');
    await clock.advance(300_000);
    expect(text(await password.get())).toBe('p3');
  });

  test('a bug in what derives is not hidden', async () => {
    await using parent = refreshing(logins());
    const broken = new DerivedProvider(
      coreProvider(parent),
      'broken',
      derivation(() => {
        throw new TypeError('a bug');
      }),
    );
    await expect(broken.get()).rejects.toThrow(TypeError);
    expect(() => broken.current()).toThrow(TypeError);
  });

  test('its status has its own name and no value', async () => {
    const value = newText();
    await using parent = refreshing(logins(() => ({ password: value })));
    const password = select(parent, 'password');
    await password.get();
    expect(password.status()).toEqual({ ...parent.status(), source: 'db#password', ageMs: expect.any(Number) });
    expect(JSON.stringify(password.status())).not.toContain(value);
  });

  test('its events are its parent\u2019s', async () => {
    await using parent = refreshing(logins());
    const heard: string[] = [];
    const stop = select(parent, 'password').subscribe(({ type, source }) => heard.push(`${type} ${source}`));
    const rejected = await parent.get();
    stop();
    await parent.get({ rejected });
    expect(heard).toEqual(['fetched db']);
  });

  test('its disposal ends it alone, its parent\u2019s ends both', async () => {
    const source = scriptedSource('db', () => jsonCredential({ user: 'u', password: 'p' }, { lease: {} }));
    const parent = refreshing(source);
    const [user, password] = [select(parent, 'user'), select(parent, 'password')];
    await password.get();
    await password[Symbol.asyncDispose]();
    expect(await rejection(password.get())).toMatchObject({ code: 'aborted', source: 'db#password' });
    expect([password.current(), password.previous(), password.status().state]).toEqual([
      undefined,
      undefined,
      'disposed',
    ]);
    expect([text(await user.get()), source.released.length]).toEqual(['u', 0]);
    await parent[Symbol.asyncDispose]();
    expect(await rejection(user.get())).toMatchObject({ code: 'aborted' });
    expect(source.released).toHaveLength(1);
  });

  test('a failure of the parent is its failure, and is not remembered', async () => {
    const source = scriptedSource('db', failing('not_configured'));
    await using parent = refreshing(source);
    const password = select(parent, 'password');
    expect(await rejection(password.get())).toMatchObject({ code: 'not_configured' });
    source.answer = () => jsonCredential({ password: 'p' });
    expect(await password.reveal()).toBe('p');
  });

  test('a signal ends the wait of its caller, also of one that was refused', async () => {
    const source = logins();
    await using parent = refreshing(source);
    const password = select(parent, 'password');
    const rejected = await password.get();
    let answer: (credential: Credential) => void = () => undefined;
    source.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const controller = new AbortController();
    const aborted = rejection(password.get({ signal: controller.signal, rejected }));
    const patient = password.get({ rejected });
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'aborted' });
    answer(jsonCredential({ password: 'p2' }));
    expect(text(await patient)).toBe('p2');
    expect(await rejection(password.get({ signal: controller.signal }))).toBeInstanceOf(CredentialError);
  });

  test('a one-time password goes to one caller each', async () => {
    const source = scriptedSource('otp', (_, count) => jsonCredential({ code: count }, { singleUse: true }));
    await using parent = refreshing(source);
    const code = select(parent, 'code');
    const codes = await Promise.all([code.get(), code.get(), code.get()]);
    expect(codes.map(text).sort()).toEqual(['1', '2', '3']);
    expect(code.current()).toBeUndefined();
  });
});
