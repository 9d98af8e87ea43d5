import { describe, expect, test } from 'vitest';
import { withCredential } from '../../src/composition/with-credential.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import { refreshing } from '../../src/refreshing/refreshing.ts';
import { mintingSource, scriptedSource, storedSource, textCredential } from './scripted-source.ts';
import { upstream } from './upstream.ts';

describe('withCredential, where no newer credential is to be had', () => {
  test('gives up at once where none was ever accepted', async () => {
    const source = storedSource('v1');
    await using provider = refreshing(source, { clock: fakeClock() });
    const server = upstream(() => false);
    expect((await withCredential(provider, server.use)).status).toBe(401);
    expect([server.shown, source.contexts.length]).toEqual([['v1'], 2]);
  });

  test.each([
    ['that failed without a server', () => Promise.reject(new Error('no connection'))],
    ['that a server refused otherwise', async () => new Response(null, { status: 403 })],
  ])('a use %s is no acceptance', async (_, use) => {
    await using provider = refreshing(storedSource('v1'), { clock: fakeClock() });
    await withCredential<unknown, Response | undefined>(provider, use).catch(() => undefined);
    const server = upstream(() => false);
    expect((await withCredential(provider, server.use)).status).toBe(401);
  });

  test.each([
    ['the source learns of the new one last', 250_000, 0],
    ['the server learns of the new one last', 0, 250_000],
  ])('waits through a gap in which neither is accepted: %s', async (_, storedAfterMs, acceptedAfterMs) => {
    const clock = fakeClock();
    const source = storedSource('old');
    await using provider = refreshing(source, { clock, overlapMs: 300_000 });
    const server = upstream(() => true, clock);
    const warm = withCredential(provider, server.use);
    await clock.advance(0);
    await warm;

    const start = clock.monotonic();
    server.accepts = (text) => text === 'new' && clock.monotonic() - start >= acceptedAfterMs;
    clock.setTimer(() => source.store('new'), storedAfterMs);
    const answers = Promise.all(Array.from({ length: 20 }, () => withCredential(provider, server.use)));
    await clock.advance(299_000);
    expect(new Set((await answers).map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('gives up when overlapMs have passed since the first refusal, and at once from then on', async () => {
    const clock = fakeClock();
    const source = storedSource('old');
    await using provider = refreshing(source, { clock, overlapMs: 60_000 });
    await withCredential(provider, upstream(() => true).use);
    const server = upstream(() => false, clock);
    let ended = 0;
    const waiting = withCredential(provider, server.use).finally(() => {
      ended = clock.monotonic();
    });
    await clock.advance(59_000);
    expect(ended).toBe(0);
    await clock.advance(11_000);
    expect((await waiting).status).toBe(401);
    expect(ended).toBeGreaterThanOrEqual(60_000);
    expect(server.shown.length).toBeLessThan(60);

    const [shown, fetched] = [server.shown.length, source.contexts.length];
    const late = withCredential(provider, server.use);
    await clock.advance(0);
    expect((await late).status).toBe(401);
    expect([server.shown.length - shown, source.contexts.length - fetched]).toEqual([1, 1]);
  });

  test('is paced even where the provider\u2019s own timeoutMs is too short to wait', async () => {
    const source = storedSource('old');
    await using provider = refreshing(source, { timeoutMs: 20, overlapMs: 400 });
    await withCredential(provider, upstream(() => true).use);
    const server = upstream(() => false);
    expect((await withCredential(provider, server.use)).status).toBe(401);
    expect(server.shown.length).toBeLessThan(60);
  });

  test('a source that mints for ever is asked once where nothing was ever accepted, and three times else', async () => {
    await using provider = refreshing(mintingSource(), { clock: fakeClock(), overlapMs: 0 });
    const server = upstream(() => false);
    expect((await withCredential(provider, server.use)).status).toBe(401);
    expect(server.shown).toEqual(['v1', 'v2']);
    await withCredential(provider, upstream(() => true).use);
    await withCredential(provider, server.use);
    expect(server.shown.slice(2)).toEqual(['v2', 'v3', 'v4', 'v5']);
  });

  test('an expired credential is not tried again', async () => {
    const clock = fakeClock();
    const expiresAt = new Date(clock.now() + 60_000);
    await using provider = refreshing(
      scriptedSource('a', () => textCredential('old', { expiresAt })),
      { clock },
    );
    await withCredential(provider, upstream(() => true).use);
    const seen: number[] = [];
    const waiting = withCredential(provider, async () => {
      seen.push(clock.monotonic());
      return new Response(null, { status: 401 });
    });
    await clock.advance(120_000);
    expect((await waiting).status).toBe(401);
    expect(Math.max(...seen)).toBeLessThan(60_000);
  });
});
