import { describe, expect, test } from 'vitest';
import { select } from '../../src/composition/select.ts';
import { withCredential } from '../../src/composition/with-credential.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { secret } from '../../src/secret.ts';
import { failing, jsonCredential, mintingSource, rejection, scriptedSource, storedSource } from './scripted-source.ts';
import { upstream } from './upstream.ts';

describe('withCredential', () => {
  test('runs the use with the credential and gives what it gives', async () => {
    await using provider = refreshing(mintingSource());
    expect(await withCredential(provider, ({ value }) => value.reveal())).toBe('v1');
    expect(await withCredential(provider, async ({ value }) => value.reveal())).toBe('v1');
  });

  test('refused once: fetches once anew and tries again', async () => {
    const source = mintingSource();
    await using provider = refreshing(source);
    const server = upstream((text) => text === 'v2');
    expect((await withCredential(provider, server.use)).status).toBe(200);
    expect(server.shown).toEqual(['v1', 'v2']);
    expect(source.contexts[1]?.rejected?.value.reveal()).toBe('v1');
  });

  test('fifty refused at once cause one fetch', async () => {
    const source = mintingSource();
    await using provider = refreshing(source);
    const server = upstream((text) => text === 'v2');
    const answers = await Promise.all(Array.from({ length: 50 }, () => withCredential(provider, server.use)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(source.contexts).toHaveLength(2);
  });

  test('a thrown refusal counts as well, and any other error is handed on at once', async () => {
    const source = mintingSource();
    await using provider = refreshing(source);
    const refusal = Object.assign(new Error('no'), { status: 401 });
    const uses: string[] = [];
    await withCredential(provider, ({ value }) => {
      uses.push(value.reveal());
      if (value.reveal() === 'v1') throw refusal;
    });
    expect(uses).toEqual(['v1', 'v2']);
    const other = new Error('no connection');
    await expect(withCredential(provider, async () => Promise.reject(other))).rejects.toBe(other);
    expect(source.contexts).toHaveLength(2);
  });

  test('isRejected says what a refusal is, and is asked once of each outcome', async () => {
    await using provider = refreshing(mintingSource());
    const outcomes: unknown[] = [];
    const used = await withCredential(provider, ({ value }) => value.reveal(), {
      isRejected: (outcome) => {
        outcomes.push(outcome);
        return outcome.value === 'v1';
      },
    });
    expect(used).toBe('v2');
    expect(outcomes).toEqual([
      { failed: false, value: 'v1' },
      { failed: false, value: 'v2' },
    ]);
  });

  test('the replaced credential is tried before anything is fetched', async () => {
    const source = mintingSource();
    await using provider = refreshing(source);
    await provider.get({ rejected: await provider.get() });
    const server = upstream((text) => text === 'v1');
    expect((await withCredential(provider, server.use)).status).toBe(200);
    expect(server.shown).toEqual(['v2', 'v1']);
    expect(source.contexts).toHaveLength(2);
  });

  test('a replaced credential that is refused as well leads to a new one', async () => {
    await using provider = refreshing(mintingSource());
    await provider.get({ rejected: await provider.get() });
    const server = upstream((text) => text === 'v3');
    expect((await withCredential(provider, server.use)).status).toBe(200);
    expect(server.shown).toEqual(['v2', 'v1', 'v3']);
  });

  test('a replaced part that is the same is not tried again', async () => {
    const source = scriptedSource('db', (_, count) => jsonCredential({ key: 'same', other: count }));
    await using parent = refreshing(source);
    await parent.get({ rejected: await parent.get() });
    const server = upstream(() => false);
    await withCredential(select(parent, 'key'), server.use);
    expect(server.shown).toEqual(['same']);
  });

  test('the last refusal is returned or thrown as it was, and the bodies of the others are cancelled', async () => {
    await using provider = refreshing(mintingSource());
    const cancelled: string[] = [];
    const answer = await withCredential(provider, ({ value }) => {
      const text = value.reveal();
      return new Response(new ReadableStream({ cancel: () => void cancelled.push(text) }), { status: 401 });
    });
    expect([answer.status, answer.bodyUsed, cancelled]).toEqual([401, false, ['v1']]);
    const refusal = Object.assign(new Error('no'), { status: 401 });
    await expect(withCredential(provider, async () => Promise.reject(refusal))).rejects.toBe(refusal);
  });

  test('the body of the refusal is cancelled before the replaced credential is tried', async () => {
    await using provider = refreshing(mintingSource());
    await provider.get({ rejected: await provider.get() });
    const seen: string[] = [];
    await withCredential(provider, ({ value }) => {
      const text = value.reveal();
      seen.push(`use ${text}`);
      const body = new ReadableStream({ cancel: () => void seen.push(`cancel ${text}`) });
      return new Response(body, { status: text === 'v1' ? 200 : 401 });
    });
    expect(seen).toEqual(['use v2', 'cancel v2', 'use v1']);
  });

  test('the error of the first credential is that of the call', async () => {
    await using provider = refreshing(scriptedSource('a', failing('not_configured')));
    expect(await rejection(withCredential(provider, () => expect.unreachable()))).toMatchObject({
      code: 'not_configured',
    });
  });

  test.each(['unreachable', 'access_denied', 'not_found', 'unauthenticated', 'invalid_response'] as const)(
    'where the source fails with %s after a refusal, the refusal is what the caller gets, however often it is asked',
    async (code) => {
      const clock = fakeClock();
      const source = storedSource('v1');
      await using provider = refreshing(source, { clock });
      const server = upstream(() => true);
      await withCredential(provider, server.use);
      server.accepts = () => false;
      source.answer = failing(code);
      for (let call = 0; call < 3; call += 1) {
        const answer = withCredential(provider, server.use);
        await clock.advance(11_000);
        expect((await answer).status).toBe(401);
      }
      expect(server.shown).toHaveLength(4);
    },
  );
});

describe('the signal of withCredential', () => {
  test('ends the wait for the first credential', async () => {
    const provider = refreshing(scriptedSource('a', () => new Promise<never>(() => {})));
    const signal = AbortSignal.abort();
    expect(await rejection(withCredential(provider, () => expect.unreachable(), { signal }))).toMatchObject({
      code: 'aborted',
    });
    await provider[Symbol.asyncDispose]();
  });

  test.each([
    ['aborted', () => new DOMException('stop', 'AbortError')],
    ['timed_out', () => new DOMException('late', 'TimeoutError')],
  ] as const)('ends the wait in a gap with %s, for its caller alone', async (code, reason) => {
    const clock = fakeClock();
    const source = storedSource('old');
    await using provider = refreshing(source, { clock });
    const server = upstream(() => true);
    await withCredential(provider, server.use);
    server.accepts = (text) => text === 'new';
    const controller = new AbortController();
    const cancelled: unknown[] = [];
    const givenUp = withCredential(
      provider,
      () => new Response(new ReadableStream({ cancel: (why) => void cancelled.push(why) }), { status: 401 }),
      { signal: controller.signal },
    );
    const patient = withCredential(provider, server.use);
    await clock.advance(1_000);
    controller.abort(reason());
    const uses = cancelled.length;
    expect(await rejection(givenUp)).toMatchObject({ code });
    expect(cancelled).toHaveLength(uses + 1);
    source.store('new');
    await clock.advance(10_000);
    expect((await patient).status).toBe(200);
  });

  test('a disposed provider ends the wait with the refusal', async () => {
    const clock = fakeClock();
    const provider = refreshing(storedSource('old'), { clock });
    const server = upstream(() => true);
    await withCredential(provider, server.use);
    server.accepts = () => false;
    const waiting = withCredential(provider, server.use);
    await clock.advance(1_000);
    await provider[Symbol.asyncDispose]();
    await clock.advance(10_000);
    expect((await waiting).status).toBe(401);
    expect(await rejection(withCredential(provider, server.use))).toBeInstanceOf(CredentialError);
  });

  test('a fixed credential that is refused is final', async () => {
    await using provider = refreshing(fixedSource(secret('fixed')));
    const server = upstream(() => false);
    expect((await withCredential(provider, server.use)).status).toBe(401);
    expect(server.shown).toEqual(['fixed']);
  });
});
