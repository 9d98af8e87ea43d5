import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { loadCredentials, required } from '../../src/composition/load-credentials.ts';
import { select } from '../../src/composition/select.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { Credential } from '../../src/credential.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { isSecret, type Secret, secret } from '../../src/secret.ts';
import { credentialOf, jsonCredential, newText, rejection, scriptedSource } from './scripted-source.ts';

const context = () => ({ signal: new AbortController().signal, clock: fakeClock(), minValidityMs: 0 });
const text = ({ value }: Credential<Secret | string>) => (isSecret(value) ? value.reveal() : value);

const login = { host: 'db.example.com', user: 'app', password: secret(newText()) };
const json = fixedSource(secret('{"user":"app","pass":{"word":"x"},"port":5432}'), { name: 'db' });

describe('select', () => {
  test('takes a field by its name or by a pointer, and is named after it', async () => {
    const [user, word, host] = [select(json, 'user'), select(json, '/pass/word'), select(fixedSource(login), 'host')];
    expect([user.name, word.name, host.name]).toEqual(['db#user', 'db#/pass/word', 'fixed#host']);
    expect(text(await user.fetch(context()))).toBe('app');
    expect(text(await word.fetch(context()))).toBe('x');
    expect(text(await host.fetch(context()))).toBe('db.example.com');
  });

  test('takes several fields as a record', async () => {
    const part = select(fixedSource(login), ['user', 'password']);
    expect(part.name).toBe('fixed#user,password');
    expect((await part.fetch(context())).value).toEqual({ user: 'app', password: login.password });
  });

  test('takes what a function makes of the value, once per credential', async () => {
    let calls = 0;
    await using parent = refreshing(fixedSource(login));
    const url = select(parent, ({ host, user }) => {
      calls += 1;
      return { url: `postgres://${user}@${host}`, password: login.password };
    });
    expect(url.name).toBe('fixed');
    expect((await url.get()).value).toEqual({ url: 'postgres://app@db.example.com', password: login.password });
    await url.get();
    expect(calls).toBe(1);
  });

  test('what the function throws is not shown', async () => {
    const broken = select(json, (value) => JSON.parse(`${value.reveal()}!`) as Secret);
    expect(await rejection(broken.fetch(context()))).toMatchObject({
      message: 'the function given to select() failed (SyntaxError)',
    });
  });

  test('a malformed pointer fails at once', () => {
    expect(() => select(json, '/a~')).toThrow(expect.objectContaining({ code: 'invalid_reference' }));
    expect(() => select(json, ['user', '/a~'])).toThrow(expect.objectContaining({ code: 'invalid_reference' }));
  });

  test('refuses a provider that was written by hand', () => {
    expect(() => select({ ...refreshing(json), get: () => Promise.reject(new Error('none')) }, 'user')).toThrow(
      TypeError,
    );
  });

  test('of a select leads on, of sources and of providers', async () => {
    const source = scriptedSource('db', (_, count) =>
      jsonCredential({ main: { user: `u${count}`, password: `p${count}` } }),
    );
    const main = select(source, 'main');
    const user = select(main, 'user');
    expect([user.name, text(await user.fetch(context()))]).toEqual(['db#main#user', 'u1']);

    await using parent = refreshing(source);
    const password = select(select(parent, 'main'), 'password');
    const rejected = await password.get();
    expect(await password.get()).toBe(rejected);
    const replaced = await password.get({ rejected });
    expect([text(rejected), text(replaced), password.previous()]).toEqual(['p2', 'p3', rejected]);
    expect(source.contexts[2]?.rejected).toBe(parent.previous());
  });

  test('a user and its password never come from two versions', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.boolean(), fc.nat(400_000), fc.boolean()), { maxLength: 12 }),
        async (steps) => {
          const source = scriptedSource('db', (_, count) =>
            jsonCredential({ user: `v${count}`, password: `v${count}` }),
          );
          const clock = fakeClock();
          await using load = await loadCredentials(
            {
              user: required(select(source, 'user'), 'user'),
              password: required(select(source, 'password'), 'password'),
              both: required(select(source, ['user', 'password']), 'both'),
            },
            { clock },
          );
          for (const [refuse, waitMs, userFirst] of steps) {
            await clock.advance(waitMs);
            if (refuse) await load.password.get({ rejected: await load.password.get() });
            const order = userFirst ? [load.user, load.password] : [load.password, load.user];
            const [first, second] = await Promise.all(order.map((provider) => provider.get()));
            const both = (await load.both.get()).value;
            expect(new Set([text(first!), text(second!), both.user.reveal(), both.password.reveal()]).size).toBe(1);
            expect(text(load.user.current()!)).toBe(text(load.password.current()!));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('types: a field, fields and a function give what they hold', () => {
    const record = fixedSource(login);
    const provider = refreshing(record);
    expectTypeOf(select(record, 'user')).toEqualTypeOf<CredentialSource<string>>();
    expectTypeOf(select(record, 'password')).toEqualTypeOf<CredentialSource<Secret>>();
    expectTypeOf(select(provider, 'password')).toEqualTypeOf<CredentialProvider<Secret>>();
    expectTypeOf(select(record, '/password/x')).toEqualTypeOf<CredentialSource<Secret | string>>();
    expectTypeOf(select(json, 'anything')).toEqualTypeOf<CredentialSource<Secret>>();
    expectTypeOf(select(refreshing(json), '/any/thing')).toEqualTypeOf<CredentialProvider<Secret>>();
    expectTypeOf(select(record, ['user', 'password'])).toEqualTypeOf<
      CredentialSource<{ readonly user: string; readonly password: Secret }>
    >();
    expectTypeOf(select(record, ({ user }) => user)).toEqualTypeOf<CredentialSource<string>>();
    expectTypeOf(select(json, (value) => secret(value.reveal()))).toEqualTypeOf<CredentialSource<Secret>>();
    // @ts-expect-error the record has no such field
    select(record, 'pasword');
    // @ts-expect-error a bare text of a Secret would print
    select(json, (value) => value.reveal());
    // @ts-expect-error a promise is no value
    select(json, async (value) => value);
  });

  test('a credential of another shape keeps its times, version and lease', async () => {
    const lease = {};
    const source = scriptedSource('db', () => credentialOf(login, { lease, version: '3', singleUse: true }));
    expect(await select(source, 'user').fetch(context())).toMatchObject({
      value: 'app',
      lease,
      version: '3',
      singleUse: true,
    });
  });
});
