import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { loadCredentials, required } from '../../src/composition/load-credentials.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { CredentialValue } from '../../src/credential.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import type { Reference } from '../../src/references/reference.ts';
import { type ReferenceScheme, references } from '../../src/references/references.ts';
import { type Secret, secret } from '../../src/secret.ts';
import {
  credentialOf,
  newText,
  rejection,
  type ScriptedSource,
  scriptedSource,
} from '../composition/scripted-source.ts';

const context = () => ({ signal: new AbortController().signal, clock: fakeClock(), minValidityMs: 0 });

/** A scheme that remembers what it was asked for. */
function fakeScheme(scheme: string, value: (count: number) => CredentialValue, parameters: readonly string[] = []) {
  const asked: Reference[] = [];
  const sources: ScriptedSource<CredentialValue>[] = [];
  const it: ReferenceScheme & { asked: Reference[]; sources: typeof sources } = {
    scheme,
    parameters,
    asked,
    sources,
    source(reference) {
      asked.push(reference);
      const source = scriptedSource<CredentialValue>(`${scheme}:${reference.segments.join('/')}`, (_, count) =>
        credentialOf(value(count)),
      );
      sources.push(source);
      return source;
    },
  };
  return it;
}

const errorOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('references', () => {
  test('leads to the scheme\u2019s source, with the reference but its fragment', async () => {
    const value = secret(newText());
    const env = fakeScheme('env', () => value);
    const vault = fakeScheme('vault', () => ({ user: 'app', password: value }), ['version', 'namespace']);
    const known = references([env, vault]);
    expectTypeOf(known.source('env://KEY')).toEqualTypeOf<CredentialSource>();
    expect((await known.source('env://KEY').fetch(context())).value).toBe(value);
    expect((await known.source('vault://kv/app?version=3#password').fetch(context())).value).toBe(value);
    expect([env.asked, vault.asked]).toEqual([
      [{ scheme: 'env', segments: ['KEY'], query: {} }],
      [{ scheme: 'vault', segments: ['kv', 'app'], query: { version: '3' } }],
    ]);
  });

  test('a source is named after the adapter\u2019s, and its field', () => {
    const known = references([fakeScheme('vault', () => ({}))]);
    expect([known.source('vault://a/b').name, known.source('vault://a/b#c').name]).toEqual([
      'vault:a/b',
      'vault:a/b#c',
    ]);
  });

  test('a field may lead into JSON, and what is no Secret is made one', async () => {
    const known = references([
      fakeScheme('aws-sm', () => secret('{"db":{"password":"p","port":5432}}')),
      fakeScheme('vault', () => ({ user: 'app', config: secret('{"a/b":"c"}') })),
    ]);
    const text = async (reference: string) => (await known.source(reference).fetch(context())).value.reveal();
    expect(await text('aws-sm://app#/db/password')).toBe('p');
    expect(await text('aws-sm://app#/db/port')).toBe('5432');
    expect(await text('aws-sm://app#db')).toBe('{"password":"p","port":5432}');
    expect(await text('vault://app#user')).toBe('app');
    expect(await text('vault://app#/config/a~1b')).toBe('c');
  });

  test('several fields of one secret share one source: they come from one fetch and one version', async () => {
    const vault = fakeScheme('vault', (count) => ({ user: `u${count}`, password: secret(`p${count}`) }), [
      'version',
      'at',
    ]);
    const known = references([vault]);
    const clock = fakeClock();
    await using load = await loadCredentials(
      {
        user: required(known.source('vault://kv/app?version=3&at=x#user'), 'user'),
        password: required(known.source('vault://kv/app?at=x&version=3#/password'), 'password'),
        other: required(known.source('vault://kv/%61pp?version=4&at=x#user'), 'another version'),
      },
      { clock },
    );
    expect(vault.sources.map(({ contexts }) => contexts.length)).toEqual([1, 1]);
    const rejected = await load.password.get();
    await load.password.get({ rejected });
    expect([await load.user.reveal(), await load.password.reveal(), await load.other.reveal()]).toEqual([
      'u2',
      'p2',
      'u1',
    ]);
  });

  test('releases what the scheme\u2019s source minted', async () => {
    const vault = fakeScheme('vault', () => ({}));
    const known = references([vault]);
    const source = known.source('vault://db#user');
    const lease = {};
    const [minting] = vault.sources;
    if (minting !== undefined) minting.answer = () => credentialOf<CredentialValue>({ user: 'u' }, { lease });
    const load = await loadCredentials({ user: required(source, 'user') });
    await load[Symbol.asyncDispose]();
    expect(minting?.released).toEqual([lease]);
  });

  test('a record without a field named is an error that lists the fields, but no names that may be data', async () => {
    const key = newText();
    const known = references([fakeScheme('vault', () => ({ user: 'app', password: secret('x'), [key]: 'owner' }))]);
    const error = await rejection(known.source('vault://app').fetch(context()));
    expect(error).toMatchObject({
      code: 'invalid_reference',
      source: 'vault:app',
      message: 'the reference names several fields',
      hint: 'add one of #user, #password, #(hidden)',
    });
  });

  test('an unknown scheme is told with the known ones, and nothing is asked', () => {
    const [env, vault] = [fakeScheme('env', () => secret('x')), fakeScheme('vault', () => secret('x'))];
    expect(errorOf(() => references([env, vault]).source('aws-sm://app'))).toMatchObject({
      code: 'invalid_reference',
      message: 'invalid reference, at character 1: no scheme aws-sm:// is known here',
      hint: 'known are env://, vault://; pass the adapter\u2019s scheme to references()'.replace('\u2019', "'"),
    });
    expect([env.asked, vault.asked]).toEqual([[], []]);
  });

  test.each([
    ['vault://a?version=1&verison=2', 21, '"verison"', 'it takes version, namespace'],
    ['vault://a?%76erison=2', 11, '"verison"', 'it takes version, namespace'],
    ['vault://a?__proto__=2', 11, '"(hidden)"', 'it takes version, namespace'],
    ['env://A?a=b', 9, '"a"', 'it takes none'],
  ])('%s has an unknown parameter, at character %d', (text, position, name, hint) => {
    const known = references([
      fakeScheme('env', () => secret('x')),
      fakeScheme('vault', () => secret('x'), ['version', 'namespace']),
    ]);
    const scheme = text.slice(0, text.indexOf(':'));
    expect(errorOf(() => known.source(text))).toMatchObject({
      code: 'invalid_reference',
      message: `invalid reference, at character ${position}: ${scheme}:// takes no parameter ${name}`,
      hint,
    });
  });

  test('a malformed reference or pointer fails before anything is fetched', () => {
    const vault = fakeScheme('vault', () => secret('x'));
    const known = references([vault]);
    expect(errorOf(() => known.source('vault://'))).toMatchObject({ code: 'invalid_reference' });
    expect(errorOf(() => known.source('vault://a#/b~2'))).toMatchObject({
      code: 'invalid_reference',
      message: 'malformed JSON pointer, at character 3 of it',
    });
    expect(vault.sources.flatMap(({ contexts }) => contexts)).toEqual([]);
  });

  test('a secret that is pasted where a reference belongs is not quoted', () => {
    const known = references([fakeScheme('env', () => secret('x'), ['a'])]);
    const text = newText();
    for (const pasted of [
      text,
      `postgres://app:${text}@db`,
      `x${text.toLowerCase().replace(/[^a-z0-9]/g, '')}://a`,
      `env://A?${text}=1`,
    ]) {
      const error = errorOf(() => known.source(pasted));
      expect(error).toMatchObject({ code: 'invalid_reference' });
      const shown = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }).toLowerCase();
      expect(shown).not.toContain(text.toLowerCase());
      expect(shown).not.toContain(text.toLowerCase().replace(/[^a-z0-9]/g, ''));
    }
  });

  test('a scheme is given once', () => {
    expect(() => references([fakeScheme('env', () => secret('x')), fakeScheme('env', () => secret('x'))])).toThrow(
      TypeError,
    );
  });

  test('what the scheme itself refuses is handed on, and asked again the next time', () => {
    const refusing: ReferenceScheme = {
      scheme: 'env',
      source() {
        throw new TypeError('not today');
      },
    };
    const known = references([refusing]);
    expect(() => known.source('env://A')).toThrow('not today');
    expect(() => known.source('env://A')).toThrow('not today');
  });

  test('types: a scheme may give a Secret or a record', () => {
    expectTypeOf<CredentialSource<Secret>>().toExtend<ReturnType<ReferenceScheme['source']>>();
    expectTypeOf<CredentialSource<{ user: string; password: Secret }>>().toExtend<
      ReturnType<ReferenceScheme['source']>
    >();
  });
});
