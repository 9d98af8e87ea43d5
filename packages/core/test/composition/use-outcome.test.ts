import { describe, expect, test } from 'vitest';
import { discard, outcomeOf, provesAcceptance, refusedWith401, unwrap } from '../../src/composition/use-outcome.ts';

describe('outcomeOf and unwrap', () => {
  test('hand on what was returned, at once or later', async () => {
    expect(unwrap(await outcomeOf(() => 'a'))).toBe('a');
    expect(unwrap(await outcomeOf(async () => undefined))).toBeUndefined();
  });

  test('hand on what was thrown, whatever it is', async () => {
    const thrown: unknown[] = [new Error('no'), undefined, 'text'];
    for (const reason of thrown) {
      const outcome = await outcomeOf(async () => Promise.reject(reason as Error));
      expect(outcome.failed).toBe(true);
      await expect(async () => unwrap(outcome)).rejects.toBe(reason);
    }
    expect((await outcomeOf(() => JSON.parse('{') as unknown)).failed).toBe(true);
  });
});

describe('refusedWith401', () => {
  test.each([
    ['a thrown error with status 401', { error: Object.assign(new Error('no'), { status: 401 }) }, true],
    ['a Response with status 401', { value: new Response(null, { status: 401 }) }, true],
    ['the response of another implementation', { value: { status: 401, headers: {} } }, true],
    ['a thrown error with another status', { error: Object.assign(new Error('no'), { status: 403 }) }, false],
    ['a Response with another status', { value: new Response(null, { status: 403 }) }, false],
    ['data that has a status', { value: { status: 401 } }, false],
    ['a status that is text', { error: { status: '401' } }, false],
    ['nothing', {}, false],
    ['a thrown text', { error: '401' }, false],
    ['null', { value: null }, false],
  ])('%s: %#', (_, outcome, refused) => {
    expect(refusedWith401(outcome)).toBe(refused);
  });
});

describe('provesAcceptance', () => {
  test.each([
    ['a value', { failed: false, value: 'a' }, true],
    ['nothing', { failed: false }, true],
    ['a good response', { failed: false, value: new Response(null, { status: 204 }) }, true],
    ['a redirect', { failed: false, value: new Response(null, { status: 302 }) }, true],
    ['a bad request', { failed: false, value: new Response(null, { status: 400 }) }, false],
    ['a refusal of another kind', { failed: false, value: new Response(null, { status: 403 }) }, false],
    ['a server error', { failed: false, value: { status: 503, headers: {} } }, false],
    ['an error', { failed: true, error: new Error('no connection') }, false],
  ])('%s: %#', (_, outcome, proof) => {
    expect(provesAcceptance(outcome)).toBe(proof);
  });
});

describe('discard', () => {
  const streaming = (cancel: (reason: unknown) => void) => new Response(new ReadableStream({ cancel }));

  test('cancels the body of a response, so that its connection is free', async () => {
    let cancelled = false;
    await discard({
      value: streaming(() => {
        cancelled = true;
      }),
    });
    expect(cancelled).toBe(true);
  });

  test('leaves a body that somebody reads to its reader', async () => {
    const response = streaming(() => expect.unreachable());
    response.body?.getReader();
    await discard({ value: response });
  });

  test('a body that is broken already changes nothing', async () => {
    await discard({
      value: streaming(() => {
        throw new Error('broken');
      }),
    });
  });

  test('does nothing to what is no response or has no body', async () => {
    for (const value of [
      undefined,
      'a',
      { body: 'a' },
      { status: 200, headers: {}, body: 'text' },
      new Response(null),
    ]) {
      await discard({ value });
    }
    await discard({ error: new Error('no') });
  });
});
