import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { type LoadedCredentials, loadCredentials, optional, required } from '../../src/composition/load-credentials.ts';
import { select } from '../../src/composition/select.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { CredentialError } from '../../src/credential-error.ts';
import type { CredentialEvent } from '../../src/credential-event.ts';
import type { CredentialProvider } from '../../src/credential-provider.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { type Secret, secret } from '../../src/secret.ts';
import { failedLoad } from './failed-load.ts';
import { failing, jsonCredential, newText, rejection, scriptedSource, textCredential } from './scripted-source.ts';

const leased = (name: string) => scriptedSource(name, () => textCredential(newText(), { lease: {} }));

describe('loadCredentials', () => {
  test('gives a provider for each entry, fetched once, in the order of the manifest', async () => {
    const source = scriptedSource('a', () => textCredential('a'));
    await using load = await loadCredentials({
      a: required(source, 'a'),
      absent: optional(scriptedSource('b', failing('not_configured')), 'b'),
      c: optional(fixedSource(secret('c')), 'c'),
    });
    expect(Object.keys(load)).toEqual(['a', 'absent', 'c']);
    expect([load.a.current()?.value.reveal(), load.absent, await load.c?.reveal()]).toEqual(['a', undefined, 'c']);
    expect(source.contexts).toHaveLength(1);
  });

  test('types: required is a provider, optional may be undefined, each of its own value', async () => {
    const manifest = {
      key: required(fixedSource(secret('x')), 'key'),
      login: required(fixedSource({ user: 'app', password: secret('x') }), 'login'),
      user: optional(select(fixedSource({ user: 'app', password: secret('x') }), 'user'), 'user'),
      given: optional(refreshing(fixedSource(secret('x'))), 'given'),
    };
    await using load = await loadCredentials(manifest);
    expectTypeOf(load.key).toEqualTypeOf<CredentialProvider<Secret>>();
    expectTypeOf(load.login).toEqualTypeOf<CredentialProvider<{ user: string; password: Secret }>>();
    expectTypeOf(load.user).toEqualTypeOf<CredentialProvider<string> | undefined>();
    expectTypeOf(load.given).toEqualTypeOf<CredentialProvider<Secret> | undefined>();
    expectTypeOf(load).toExtend<AsyncDisposable>();
    expectTypeOf(load).toEqualTypeOf<LoadedCredentials<typeof manifest>>();
    // @ts-expect-error no such entry
    expect(load.other).toBeUndefined();
    await load.given?.[Symbol.asyncDispose]();
  });

  test('an empty manifest loads', async () => {
    await using load = await loadCredentials({});
    expect(Object.keys(load)).toEqual([]);
  });

  test('entries may have any name', async () => {
    await using load = await loadCredentials({
      ['__proto__']: required(fixedSource(secret('x')), 'x'),
      constructor: required(fixedSource(secret('y')), 'y'),
    });
    expect(await Object.entries(load)[0]?.[1].reveal()).toBe('x');
    expect(await load.constructor.reveal()).toBe('y');
  });

  test('fails with every failure at once, each a CredentialError', async () => {
    const text = newText();
    const error = await failedLoad(
      loadCredentials({
        a: required(scriptedSource('a', failing('not_configured')), 'a'),
        b: required(fixedSource(secret(text)), 'b'),
        c: required(scriptedSource('c', failing('access_denied')), 'c'),
        d: optional(scriptedSource('d', failing('not_configured')), 'd'),
        e: optional(scriptedSource('e', failing('not_found')), 'e'),
        f: required(
          scriptedSource('f', () => {
            throw new TypeError(text);
          }),
          'f',
        ),
      }),
    );
    const codes = error.errors.map((each) => (each instanceof CredentialError ? each.code : each));
    expect(codes).toEqual(['not_configured', 'access_denied', 'not_found', 'invalid_response']);
    expect(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain(text);
  });

  test.each([
    'not_found',
    'access_denied',
    'unauthenticated',
    'invalid_response',
    'invalid_reference',
    'reauthorization_required',
    'conflict',
    'aborted',
  ] as const)('an optional credential that fails with %s is a failure', async (code) => {
    const error = await failedLoad(loadCredentials({ a: optional(scriptedSource('a', failing(code)), 'a') }));
    expect(error.errors).toMatchObject([{ code }]);
  });

  test('a failed load gives back all it took, each lease once, and no provider that was given', async () => {
    const [taken, shared, inGiven] = [leased('taken'), leased('shared'), leased('given')];
    shared.answer = () => jsonCredential({ user: 'u', password: 'p' }, { lease: {} });
    await using given = refreshing(inGiven);
    await failedLoad(
      loadCredentials({
        taken: required(taken, 'taken'),
        again: required(taken, 'again'),
        user: required(select(shared, 'user'), 'user'),
        password: required(select(shared, 'password'), 'password'),
        missing: required(select(shared, 'missing'), 'missing'),
        given: required(given, 'given'),
      }),
    );
    expect([taken, shared, inGiven].map(({ released }) => released.length)).toEqual([1, 1, 0]);
    expect(given.current()).toBeDefined();
  });

  test('what arrives while others have failed already is given back as well', async () => {
    const late = scriptedSource('late', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return textCredential(newText(), { lease: {} });
    });
    await failedLoad(
      loadCredentials({
        bad: required(scriptedSource('bad', failing('access_denied')), 'bad'),
        late: required(late, 'late'),
      }),
    );
    expect(late.released).toHaveLength(1);
  });

  test('a provider that was written by hand is refused before anything is fetched or checked', async () => {
    const source = leased('a');
    await using given = refreshing(fixedSource(secret('short')));
    const handmade: CredentialProvider = {
      ...refreshing(source),
      get: () => Promise.reject(new Error('none')),
    } as CredentialProvider;
    await expect(
      loadCredentials({
        given: required(given, 'given', { schema: z.string().max(1) }),
        a: required(source, 'a'),
        bad: required(handmade, 'bad'),
      }),
    ).rejects.toThrow(TypeError);
    expect(source.contexts).toHaveLength(0);
    expect(await given.reveal()).toBe('short');
  });

  test('disposal gives back all, once, and ends the providers; those that were given live on', async () => {
    const [source, inGiven] = [leased('a'), leased('given')];
    const given = refreshing(inGiven);
    const load = await loadCredentials({ a: required(source, 'a'), given: required(given, 'given') });
    await load[Symbol.asyncDispose]();
    await load[Symbol.asyncDispose]();
    expect([source.released.length, inGiven.released.length]).toEqual([1, 0]);
    expect(await rejection(load.a.get())).toMatchObject({ code: 'aborted' });
    expect(await load.given.reveal()).toBe(await given.reveal());
    await given[Symbol.asyncDispose]();
  });

  test('wraps with the options it is given', async () => {
    const clock = fakeClock();
    const events: CredentialEvent[] = [];
    const source = scriptedSource('a', (_, count) => textCredential(`v${count}`));
    await using load = await loadCredentials(
      { a: required(source, 'a') },
      { clock, maxAgeMs: 1_000, onEvent: (event) => events.push(event) },
    );
    await clock.advance(1_000);
    expect(await load.a.reveal()).toBe('v2');
    expect(events.map(({ type }) => type)).toEqual(['fetched', 'fetched']);
  });
});
