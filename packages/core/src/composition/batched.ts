import type { Clock } from '../clock.ts';
import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import { toCredentialError } from '../refreshing/fetch-attempt.ts';
import { unlessAborted } from '../refreshing/waiting.ts';

export interface BatchContext {
  /** Aborts when every caller of this batch has given up. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface BatchedOptions<R, V> {
  /** The most refs in one call; a whole number, 1 or more. */
  readonly maxSize: number;
  /** One call for several different refs: an answer or an error for each, in the order of `refs`. */
  readonly fetchMany: (
    refs: readonly R[],
    context: BatchContext,
  ) => Promise<readonly (Credential<V> | CredentialError)[]>;
  /** Names the source in errors. */
  readonly name: string;
  /** Two refs with the same key are asked for once. Default: the ref itself, by identity. */
  readonly keyOf?: (ref: R) => unknown;
}

/** What one caller asks for, with the parts of its `FetchContext` that matter here. */
export type FetchOne<R, V> = (ref: R, context: BatchContext) => Promise<Credential<V>>;

interface Waiting<R, V> {
  readonly ref: R;
  readonly clock: Clock;
  readonly answer: PromiseWithResolvers<Credential<V>>;
  readonly signals: AbortSignal[];
}

/**
 * Collects what is asked for within one turn of the event loop and asks for all of it in calls of at most `maxSize`
 * different refs. One ref's error is its own; an error of the whole call is everybody's. For what is read, not minted:
 * an answer that nobody waits for any more is dropped.
 * @throws {RangeError} where `maxSize` is none
 */
export function batched<R, V>(options: BatchedOptions<R, V>): FetchOne<R, V> {
  if (!(Number.isInteger(options.maxSize) && options.maxSize > 0)) {
    throw new RangeError(`maxSize must be a whole number, 1 or more; got ${options.maxSize}`);
  }
  const keyOf = options.keyOf ?? ((ref: R) => ref);
  let collecting: Map<unknown, Waiting<R, V>> | undefined;

  return (ref, { signal, clock }) => {
    if (collecting === undefined) {
      const collected = new Map<unknown, Waiting<R, V>>();
      collecting = collected;
      onNextTurn(() => {
        collecting = undefined;
        fetchInBatches(options, [...collected.values()]);
      });
    }
    const key = keyOf(ref);
    const waiting = collecting.get(key) ?? { ref, clock, answer: Promise.withResolvers<Credential<V>>(), signals: [] };
    collecting.set(key, waiting);
    waiting.signals.push(signal);
    waiting.answer.promise.catch(() => undefined); // each caller hears it below, unless it gave up before
    return unlessAborted(waiting.answer.promise, signal, options.name);
  };
}

/** `setImmediate` where there is one: a timer waits for at least a millisecond. */
const onNextTurn: (run: () => void) => void =
  typeof setImmediate === 'function' ? (run) => setImmediate(run) : (run) => setTimeout(run, 0);

function fetchInBatches<R, V>(options: BatchedOptions<R, V>, collected: readonly Waiting<R, V>[]): void {
  for (let start = 0; start < collected.length; start += options.maxSize) {
    void fetchBatch(options, collected.slice(start, start + options.maxSize));
  }
}

async function fetchBatch<R, V>(options: BatchedOptions<R, V>, batch: readonly Waiting<R, V>[]): Promise<void> {
  const wanted = batch.filter((waiting) => waiting.signals.some((signal) => !signal.aborted));
  const [first] = wanted;
  if (first === undefined) return;
  const { signal, stop } = abortedWhenAll(wanted.flatMap((waiting) => waiting.signals));
  try {
    const refs = wanted.map((waiting) => waiting.ref);
    const answers = await options.fetchMany(refs, { signal, clock: first.clock });
    for (const [index, waiting] of wanted.entries()) settle(waiting, answers[index], options.name);
  } catch (error) {
    const failure = toCredentialError(error, options.name);
    for (const waiting of wanted) waiting.answer.reject(failure);
  } finally {
    stop();
  }
}

function settle<R, V>(
  waiting: Waiting<R, V>,
  answer: Credential<V> | CredentialError | undefined,
  source: string,
): void {
  if (answer === undefined) {
    waiting.answer.reject(new CredentialError('invalid_response', 'the batch came back without an answer', { source }));
  } else if (answer instanceof CredentialError) {
    waiting.answer.reject(answer);
  } else {
    waiting.answer.resolve(answer);
  }
}

/** Aborts when the last of `signals` has. */
function abortedWhenAll(signals: readonly AbortSignal[]): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const check = () => {
    if (signals.every((signal) => signal.aborted)) controller.abort(signals.at(-1)?.reason);
  };
  for (const signal of signals) signal.addEventListener('abort', check, { once: true });
  const stop = () => {
    for (const signal of signals) signal.removeEventListener('abort', check);
  };
  return { signal: controller.signal, stop };
}
