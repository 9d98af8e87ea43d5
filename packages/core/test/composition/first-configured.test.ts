import { describe, expect, expectTypeOf, test } from 'vitest';
import { firstConfigured } from '../../src/composition/first-configured.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { CredentialSource } from '../../src/credential-source.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { type Secret, secret } from '../../src/secret.ts';
import {
  credentialOf,
  failing,
  failure,
  newText,
  rejection,
  scriptedSource,
  textCredential,
} from './scripted-source.ts';

const context = () => ({ signal: new AbortController().signal, clock: fakeClock(), minValidityMs: 0 });
const notConfigured = (name: string) => scriptedSource(name, failing('not_configured', { source: name }));

describe('firstConfigured', () => {
  test('takes the first member that is configured and asks no further', async () => {
    const [before, second, third] = [notConfigured('a'), fixedSource(secret(newText())), notConfigured('c')];
    const credential = await firstConfigured(before, second, third).fetch(context());
    expect(credential.value).toBe((await second.fetch(context())).value);
    expect([before.contexts.length, third.contexts.length]).toEqual([1, 0]);
  });

  test('needs a member', () => {
    expect(() => firstConfigured()).toThrow(TypeError);
  });

  test('is named after its members, and a chain in a chain is one chain', async () => {
    const inner = firstConfigured(notConfigured('a'), notConfigured('b'));
    const outer = firstConfigured(inner, notConfigured('c'));
    expect(outer.name).toBe('firstConfigured(a, b, c)');
    expect((await rejection(outer.fetch(context()))).message).toBe(
      'none is configured: a: it is not_configured; b: it is not_configured; c: it is not_configured',
    );
  });

  test('stays a source of what its members are', () => {
    expectTypeOf(firstConfigured(fixedSource(secret('x')), fixedSource(secret('y')))).toEqualTypeOf<
      CredentialSource<Secret>
    >();
  });

  test.each([
    'not_found',
    'access_denied',
    'unauthenticated',
    'rate_limited',
    'unreachable',
    'timed_out',
    'invalid_response',
    'invalid_reference',
    'reauthorization_required',
    'conflict',
    'aborted',
  ] as const)('%s ends the search, and says which members came before', async (code) => {
    const last = fixedSource(secret(newText()));
    const stopping = scriptedSource('c', failing(code, { hint: 'do this', retryAfterMs: 7 }));
    const chain = firstConfigured(notConfigured('a'), notConfigured('b'), stopping, last);
    expect(await rejection(chain.fetch(context()))).toMatchObject({
      code,
      source: 'c',
      hint: 'do this',
      retryAfterMs: 7,
      message: `it is ${code} (the search stopped here; not configured before it: a, b)`,
    });
  });

  test('a failure of the first member is handed on as it is', async () => {
    const error = failure('access_denied', { source: 'a' });
    const first = scriptedSource('a', () => {
      throw error;
    });
    expect(await rejection(firstConfigured(first, notConfigured('b')).fetch(context()))).toBe(error);
  });

  test('an unexpected error ends the search as well', async () => {
    const broken = scriptedSource('b', () => {
      throw new TypeError('a bug');
    });
    await expect(firstConfigured(notConfigured('a'), broken).fetch(context())).rejects.toThrow(TypeError);
  });

  test('where none is configured the one error has every reason and every hint once', async () => {
    const chain = firstConfigured(
      scriptedSource('env:KEY', failing('not_configured', { hint: 'set KEY' })),
      scriptedSource('aws:key', failing('not_configured', { hint: 'set a region' })),
      scriptedSource('aws:other', failing('not_configured', { hint: 'set a region' })),
    );
    const error = await rejection(chain.fetch(context()));
    expect(error).toMatchObject({
      code: 'not_configured',
      source: 'firstConfigured(env:KEY, aws:key, aws:other)',
      message:
        'none is configured: env:KEY: it is not_configured; aws:key: it is not_configured; aws:other: it is not_configured',
      hint: 'one of: set KEY; or set a region',
    });
    expect((error.cause as AggregateError).errors).toHaveLength(3);
  });

  test('one hint alone is the hint', async () => {
    const chain = firstConfigured(
      notConfigured('a'),
      scriptedSource('b', failing('not_configured', { hint: 'set B' })),
    );
    expect((await rejection(chain.fetch(context()))).hint).toBe('set B');
  });

  test('previous, rejected and release reach only the member that minted', async () => {
    const a = notConfigured('a');
    const b = scriptedSource('b', () => textCredential(newText(), { lease: {} }));
    const chain = firstConfigured(a, b);
    const previous = await chain.fetch(context());
    await chain.fetch({ ...context(), previous, rejected: previous });
    expect(b.contexts[1]).toMatchObject({ previous, rejected: previous });
    expect(a.contexts[1]).not.toHaveProperty('previous');
    expect(a.contexts[1]).not.toHaveProperty('rejected');

    await chain.release?.(previous, context());
    expect([a.released, b.released]).toEqual([[], [previous.lease]]);
  });

  test('a member that is configured later takes over, and does not get the other one\u2019s credential', async () => {
    const a = notConfigured('a');
    const b = scriptedSource('b', () => textCredential(newText(), { lease: {} }));
    const chain = firstConfigured(a, b);
    const previous = await chain.fetch(context());
    const value = secret(newText());
    a.answer = () => credentialOf(value);
    expect((await chain.fetch({ ...context(), previous, rejected: previous })).value).toBe(value);
    expect(a.contexts[1]).not.toHaveProperty('previous');
    expect(a.contexts[1]).not.toHaveProperty('rejected');
    await chain.release?.(previous, context());
    expect([a.released, b.released]).toEqual([[], [previous.lease]]);
  });

  test('has a release where any member has one', async () => {
    const lasting = fixedSource(secret(newText()));
    const chain = firstConfigured(
      lasting,
      scriptedSource('b', () => textCredential(newText(), { lease: {} })),
    );
    await chain.release?.(await chain.fetch(context()), context());
    expect(chain.release).toBeDefined();
  });

  test('has no release where no member has one', () => {
    expect(firstConfigured(fixedSource(secret(newText()))).release).toBeUndefined();
  });

  test('a member that renews its credential is still the one that minted it', async () => {
    const lease = {};
    const member = scriptedSource('a', ({ previous }) =>
      previous === undefined ? textCredential(newText(), { lease }) : { ...previous },
    );
    const chain = firstConfigured(member);
    const first = await chain.fetch(context());
    const renewed = await chain.fetch({ ...context(), previous: first });
    await chain.fetch({ ...context(), previous: renewed });
    expect(member.contexts[2]?.previous).toBe(renewed);
  });

  test('a not_configured source that becomes configured is found at the next get', async () => {
    const late = notConfigured('late');
    await using provider = refreshing(firstConfigured(late));
    expect(await rejection(provider.get())).toMatchObject({ code: 'not_configured' });
    late.answer = () => textCredential('now');
    expect(await provider.reveal()).toBe('now');
  });
});

describe('a provider in firstConfigured', () => {
  const minted = () => scriptedSource('a', () => textCredential(newText(), { lease: {} }));

  test('is asked by its own get, and goes on past not_configured as a source does', async () => {
    const source = fixedSource(secret(newText()), { name: 'held' });
    await using held = refreshing(source);
    await using absent = refreshing(notConfigured('absent'));
    const credential = await firstConfigured(absent, held).fetch(context());
    expect(credential.value).toBe((await held.get()).value);
  });

  test('keeps its lease: whoever wraps the chain neither releases nor disposes it', async () => {
    const source = minted();
    const clock = fakeClock();
    const events: string[] = [];
    await using held = refreshing(source, { clock });
    const chain = firstConfigured(held, minted());
    const wrapped = refreshing(chain, { clock, onEvent: ({ type }) => events.push(type) });
    const credential = await wrapped.get();
    expect(credential.lease).toBeUndefined();
    await wrapped[Symbol.asyncDispose]();
    expect(events).toEqual(['fetched']);
    expect(source.released).toEqual([]);
    expect(await held.get()).toMatchObject({ value: credential.value });
  });

  test('learns of a refusal and is asked for a new one', async () => {
    const source = scriptedSource('a', (_, count) => textCredential(`v${count}`, { lease: {} }));
    await using held = refreshing(source);
    const minted = await held.get();
    await using wrapped = refreshing(firstConfigured(notConfigured('b'), held));
    const rejected = await wrapped.get();
    expect((await wrapped.get({ rejected })).value.reveal()).toBe('v2');
    expect(source.contexts[1]?.rejected).toBe(minted);
  });

  test('that still gives the refused one is waited for by the one who wraps the chain', async () => {
    const clock = fakeClock();
    const source = scriptedSource('a', () => textCredential('v1'));
    await using held = refreshing(source, { clock });
    await using wrapped = refreshing(firstConfigured(held), { clock });
    const rejected = await wrapped.get();
    const error = await rejection(wrapped.get({ rejected }));
    expect(error).toMatchObject({ code: 'unauthenticated', source: 'firstConfigured(a)' });
    expect(error.retryAfterMs).toBeDefined();
    source.answer = () => textCredential('v2');
    const next = wrapped.get({ rejected });
    await clock.advance(10_000);
    expect((await next).value.reveal()).toBe('v2');
  });

  test('a failure of its source after a refusal is that failure', async () => {
    const source = scriptedSource('a', () => textCredential('v1'));
    await using held = refreshing(source);
    await using wrapped = refreshing(firstConfigured(held));
    const rejected = await wrapped.get();
    source.answer = failing('access_denied');
    expect(await rejection(wrapped.get({ rejected }))).toMatchObject({ code: 'access_denied' });
  });

  test('its other failures end the search', async () => {
    const source = scriptedSource('a', failing('access_denied'));
    await using held = refreshing(source);
    const chain = firstConfigured(notConfigured('b'), held);
    expect(await rejection(chain.fetch(context()))).toMatchObject({ code: 'access_denied' });
  });

  test('a wait for it ends with the signal of the fetch', async () => {
    const source = scriptedSource('a', () => new Promise<never>(() => {}));
    const held = refreshing(source);
    const controller = new AbortController();
    const fetched = firstConfigured(held).fetch({ ...context(), signal: controller.signal });
    controller.abort();
    expect(await rejection(fetched)).toMatchObject({ code: 'aborted' });
    await held[Symbol.asyncDispose]();
  });
});
