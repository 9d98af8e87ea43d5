import { getEventListeners } from 'node:events';
import { CredentialError } from '@keyturn/core';
import { describe, expect, test } from 'vitest';
import { untilAborted } from '../src/until-aborted.ts';

const never = () => new Promise<never>(() => {});

describe('untilAborted', () => {
  test('answers what the work answers, and throws what it throws', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(signal, 'test', async () => 1)).toBe(1);
    const error = new Error('broken');
    await expect(untilAborted(signal, 'test', () => Promise.reject(error))).rejects.toBe(error);
  });

  test('gives up work that never ends as soon as the signal aborts', async () => {
    const abort = new AbortController();
    const outcome = untilAborted(abort.signal, 'test', never);
    abort.abort('a secret reason');
    const error: unknown = await outcome.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'aborted', source: 'test' });
    expect(JSON.stringify(error)).not.toContain('a secret reason');
  });

  test('does not start the work where the signal has aborted already', async () => {
    let started = false;
    const work = async () => {
      started = true;
    };
    await expect(untilAborted(AbortSignal.abort(), 'test', work)).rejects.toMatchObject({ code: 'aborted' });
    expect(started).toBe(false);
  });

  test('throws the reason where it is a CredentialError, such as a deadline of core', async () => {
    const reason = new CredentialError('timed_out', 'too late');
    await expect(untilAborted(AbortSignal.abort(reason), 'test', never)).rejects.toBe(reason);
  });

  test('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    await untilAborted(signal, 'test', async () => 1);
    await untilAborted(signal, 'test', () => Promise.reject(new Error('broken'))).catch(() => undefined);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('work that fails after it was given up is no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const abort = new AbortController();
    const { promise, reject } = Promise.withResolvers<never>();
    const outcome = untilAborted(abort.signal, 'test', () => promise).catch(() => 'given up');
    abort.abort();
    expect(await outcome).toBe('given up');
    reject(new Error('broken'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });
});
