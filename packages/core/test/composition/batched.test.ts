import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type BatchContext, type BatchedOptions, batched } from '../../src/composition/batched.ts';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import type { Credential } from '../../src/credential.ts';
import { CredentialError } from '../../src/credential-error.ts';
import type { Secret } from '../../src/secret.ts';
import { failure, newText, rejection, textCredential } from './scripted-source.ts';

const signal = () => new AbortController().signal;
const clock = fakeClock();
const turn = () => new Promise((resolve) => setImmediate(resolve));
const text = ({ value }: Credential) => value.reveal();

type FetchMany = BatchedOptions<string, Secret>['fetchMany'];
const echo: FetchMany = async (refs) => refs.map((ref) => textCredential(`of ${ref}`));

/** A batched fetch with a record of its calls. */
function recorded(fetchMany: FetchMany = echo, maxSize = 100) {
  const calls: (readonly string[])[] = [];
  const contexts: BatchContext[] = [];
  const fetchOne = batched<string, Secret>({
    name: 'test',
    maxSize,
    fetchMany: (refs, context) => {
      calls.push(refs);
      contexts.push(context);
      return fetchMany(refs, context);
    },
  });
  return { calls, contexts, fetchOne: (ref: string, of = signal()) => fetchOne(ref, { signal: of, clock }) };
}

describe('batched', () => {
  test('asks once for all that is asked within one turn, and gives each its own answer', async () => {
    const { calls, contexts, fetchOne } = recorded();
    const answers = await Promise.all(['a', 'b', 'c'].map((ref) => fetchOne(ref)));
    expect(answers.map(text)).toEqual(['of a', 'of b', 'of c']);
    expect(calls).toEqual([['a', 'b', 'c']]);
    expect(contexts[0]?.clock).toBe(clock);
  });

  test('collects what is asked after microtasks of the same turn as well', async () => {
    const { calls, fetchOne } = recorded();
    const late = Promise.resolve()
      .then(() => undefined)
      .then(() => fetchOne('b'));
    await Promise.all([fetchOne('a'), late]);
    expect(calls).toEqual([['a', 'b']]);
  });

  test('asks once for a ref that several ask for', async () => {
    const { calls, fetchOne } = recorded();
    const answers = await Promise.all([fetchOne('a'), fetchOne('b'), fetchOne('a')]);
    expect(answers[0]).toBe(answers[2]);
    expect(calls).toEqual([['a', 'b']]);
  });

  test('tells refs apart by their key', async () => {
    const calls: unknown[] = [];
    const fetchOne = batched<{ id: string }, Secret>({
      name: 'test',
      maxSize: 10,
      keyOf: ({ id }) => id,
      fetchMany: async (refs) => {
        calls.push(refs);
        return refs.map(({ id }) => textCredential(id));
      },
    });
    const context = { signal: signal(), clock };
    await Promise.all([fetchOne({ id: 'a' }, context), fetchOne({ id: 'a' }, context), fetchOne({ id: 'b' }, context)]);
    expect(calls).toEqual([[{ id: 'a' }, { id: 'b' }]]);
  });

  test('splits what is more than maxSize into calls of their own', async () => {
    const { calls, fetchOne } = recorded(echo, 3);
    const refs = Array.from({ length: 7 }, (_, index) => `r${index}`);
    const answers = await Promise.all(refs.map((ref) => fetchOne(ref)));
    expect(answers.map(text)).toEqual(refs.map((ref) => `of ${ref}`));
    expect(calls.map((call) => call.length)).toEqual([3, 3, 1]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a maxSize of %d', (maxSize) => {
    expect(() => recorded(echo, maxSize)).toThrow(RangeError);
  });

  test('an error for one ref is its own', async () => {
    const { fetchOne } = recorded(async (refs) =>
      refs.map((ref) => (ref === 'bad' ? failure('not_found') : textCredential(ref))),
    );
    const [good, bad] = await Promise.allSettled([fetchOne('good'), fetchOne('bad')]);
    expect(good).toMatchObject({ status: 'fulfilled' });
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } });
  });

  test('an error of a whole call is that of everybody in it, and of nobody else', async () => {
    const error = failure('rate_limited', { retryAfterMs: 5 });
    const { fetchOne } = recorded(async (refs) => {
      if (refs.includes('bad')) throw error;
      return refs.map((ref) => textCredential(ref));
    }, 2);
    const outcomes = await Promise.allSettled(['a', 'bad', 'c'].map((ref) => fetchOne(ref)));
    expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : 'ok'))).toEqual([
      error,
      error,
      'ok',
    ]);
  });

  test('what else a call throws, at once or later, is not quoted', async () => {
    const quoted = newText();
    const broken: FetchMany[] = [
      () => {
        throw new TypeError(quoted);
      },
      async () => {
        throw quoted;
      },
      async () => undefined as never,
    ];
    for (const fetchMany of broken) {
      const error = await rejection(recorded(fetchMany).fetchOne('a'));
      expect(error).toMatchObject({ code: 'invalid_response', source: 'test' });
      expect(inspect(error, { depth: Number.POSITIVE_INFINITY })).not.toContain(quoted);
    }
  });

  test('an answer that is missing fails its own ref', async () => {
    const { fetchOne } = recorded(async () => [textCredential('a')]);
    const [a, b] = await Promise.allSettled([fetchOne('a'), fetchOne('b')]);
    expect([a?.status, b]).toMatchObject(['fulfilled', { reason: { code: 'invalid_response', source: 'test' } }]);
  });

  test('what is asked while a call is under way goes into the next', async () => {
    const answers: (() => void)[] = [];
    const { calls, fetchOne } = recorded(async (refs) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return refs.map((ref) => textCredential(ref));
    });
    const first = fetchOne('a');
    await turn();
    const second = fetchOne('a');
    await turn();
    expect(calls).toEqual([['a'], ['a']]);
    for (const answer of answers) answer();
    expect(await first).not.toBe(await second);
  });

  test('one caller that gives up ends its own wait alone', async () => {
    let aborted = false;
    const { fetchOne } = recorded(async (refs, context) => {
      await turn();
      aborted = context.signal.aborted;
      return refs.map((ref) => textCredential(ref));
    });
    const controller = new AbortController();
    const [givenUp, patient] = [fetchOne('a', controller.signal), fetchOne('a')];
    await turn();
    controller.abort();
    expect(await rejection(givenUp)).toMatchObject({ code: 'aborted' });
    expect(text(await patient)).toBe('a');
    expect(aborted).toBe(false);
  });

  test('a ref that one of two gave up before the call is asked for', async () => {
    const { calls, fetchOne } = recorded();
    const givenUp = rejection(fetchOne('a', AbortSignal.abort()));
    expect(text(await fetchOne('a'))).toBe('of a');
    expect(await givenUp).toMatchObject({ code: 'aborted' });
    expect(calls).toEqual([['a']]);
  });

  test('a call that is over hears of no abort any more', async () => {
    const { contexts, fetchOne } = recorded();
    const controller = new AbortController();
    await fetchOne('a', controller.signal);
    await turn();
    controller.abort();
    expect(contexts[0]?.signal.aborted).toBe(false);
  });

  test('the call is aborted when the last of its callers has given up', async () => {
    const { contexts, fetchOne } = recorded(
      (_, context) =>
        new Promise((_resolve, reject) => {
          context.signal.addEventListener('abort', () => reject(context.signal.reason));
        }),
    );
    const controllers = [new AbortController(), new AbortController()];
    const reason = new CredentialError('timed_out', 'too slow');
    const waits = controllers.map((controller, index) => fetchOne(`r${index}`, controller.signal));
    await turn();
    controllers[0]?.abort(reason);
    expect(contexts[0]?.signal.aborted).toBe(false);
    controllers[1]?.abort(reason);
    expect(contexts[0]?.signal.reason).toBe(reason);
    expect(await Promise.all(waits.map(rejection))).toEqual([reason, reason]);
  });

  test('nobody is asked for what was given up before the call', async () => {
    const { calls, fetchOne } = recorded();
    const controller = new AbortController();
    const givenUp = [fetchOne('a', controller.signal), fetchOne('b', AbortSignal.abort())];
    const wanted = fetchOne('c');
    controller.abort();
    for (const wait of givenUp) expect(await rejection(wait)).toMatchObject({ code: 'aborted' });
    await wanted;
    expect(calls).toEqual([['c']]);
    await rejection(fetchOne('d', AbortSignal.abort()));
    await turn();
    expect(calls).toHaveLength(1);
  });
});
