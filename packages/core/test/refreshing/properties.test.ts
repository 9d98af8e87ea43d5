import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeClock, fakeClock } from '../../src/conformance/fake-clock.ts';
import { type Credential, type CredentialProvider, refreshing } from '../../src/index.ts';
import { credentialAt, failure, MINUTE, type ScriptedSource, SECOND, scriptedSource } from './scripted-source.ts';

/** What can happen to a provider; all times in milliseconds. */
type Step =
  | { readonly kind: 'get'; readonly abortAfterMs?: number }
  | { readonly kind: 'reject' }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'jumpWall'; readonly ms: number }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'supersede' };

/** How the source answers one fetch. */
interface Answer {
  readonly delayMs: number;
  readonly result: 'credential' | 'same' | 'unreachable' | 'access_denied' | 'not_found' | 'crash' | 'hang';
  readonly lifeMs: number | undefined;
  readonly leased: boolean;
}

const ms = (max: number) => fc.integer({ min: 0, max });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { kind: fc.constant('get' as const), abortAfterMs: ms(20 * SECOND) },
      { requiredKeys: ['kind'] },
    ),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'reject' as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: ms(2 * MINUTE) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jumpWall' as const),
      ms: fc.integer({ min: -60 * MINUTE, max: 60 * MINUTE }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), ms: ms(60 * MINUTE) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'supersede' as const }) },
);

const answer: fc.Arbitrary<Answer> = fc.record({
  delayMs: ms(15 * SECOND),
  result: fc.constantFrom(
    'credential',
    'credential',
    'credential',
    'same',
    'unreachable',
    'access_denied',
    'not_found',
    'crash',
    'hang',
  ),
  lifeMs: fc.option(fc.integer({ min: -SECOND, max: 10 * MINUTE }), { nil: undefined }),
  leased: fc.boolean(),
});

interface World {
  readonly clock: FakeClock;
  readonly source: ScriptedSource;
  readonly provider: CredentialProvider;
  /** The most fetches whose signal was not aborted and that were under way at once. */
  mostAtOnce: number;
  superseded: AbortController;
  /** Truth about each credential: when it dies on each clock. */
  readonly death: Map<Credential, { readonly wall: number; readonly mono: number }>;
}

function worldOf(answers: readonly Answer[]): World {
  const clock = fakeClock();
  let live = 0;
  const source = scriptedSource(async ({ signal }, call) => {
    const { delayMs, result, lifeMs, leased } = answers[(call - 1) % answers.length] as Answer;
    live += 1;
    world.mostAtOnce = Math.max(world.mostAtOnce, live);
    const leave = () => {
      live -= 1;
    };
    signal.addEventListener('abort', leave, { once: true });
    const asked = { wall: clock.now(), mono: clock.monotonic() };
    await new Promise((resolve) => {
      if (result !== 'hang') clock.setTimer(() => resolve(undefined), delayMs);
    });
    signal.removeEventListener('abort', leave);
    if (!signal.aborted) leave();
    if (result === 'crash') throw new Error('a bug of the source');
    if (result === 'unreachable' || result === 'access_denied' || result === 'not_found') throw failure(result);
    const credential = credentialAt({ now: () => asked.wall }, result === 'same' ? 'same' : `value ${call}`, {
      superseded: world.superseded.signal,
      ...(lifeMs !== undefined && { lifeMs }),
      ...(leased && { lease: {} }),
    });
    const never = Number.POSITIVE_INFINITY;
    const death =
      lifeMs === undefined ? { wall: never, mono: never } : { wall: asked.wall + lifeMs, mono: asked.mono + lifeMs };
    world.death.set(credential, death);
    return credential;
  });
  const provider = refreshing(source, { clock, staleIfErrorMs: 5 * MINUTE, overlapMs: MINUTE });
  const world: World = { clock, source, provider, mostAtOnce: 0, superseded: new AbortController(), death: new Map() };
  return world;
}

/** Starts a get and answers how it ends; a dead credential is an error of ours. */
async function getOnce(world: World, rejected?: Credential, abortAfterMs?: number): Promise<void> {
  const caller = new AbortController();
  if (abortAfterMs !== undefined) world.clock.setTimer(() => caller.abort(), abortAfterMs);
  const settled = world.provider.get({ rejected, signal: caller.signal });
  const credential = await settled.catch((error: { code?: string }) => {
    expect(error.code).toBeTypeOf('string');
  });
  if (credential === undefined) return;
  const death = world.death.get(credential);
  expect(world.clock.now()).toBeLessThan(death?.wall ?? 0);
  expect(world.clock.monotonic()).toBeLessThan(death?.mono ?? 0);
  if (rejected !== undefined) expect(credential.value.reveal()).not.toBe(rejected.value.reveal());
}

async function play(world: World, steps: readonly Step[]): Promise<void> {
  const waiting: Promise<unknown>[] = [];
  const violations: unknown[] = [];
  const start = (call: Promise<void>) => waiting.push(call.catch((error: unknown) => violations.push(error)));
  for (const one of steps) {
    const { clock, provider } = world;
    if (one.kind === 'get') start(getOnce(world, undefined, one.abortAfterMs));
    if (one.kind === 'reject') start(getOnce(world, provider.current()));
    if (one.kind === 'advance') await clock.advance(one.ms);
    if (one.kind === 'jumpWall') clock.jumpWall(one.ms);
    if (one.kind === 'sleep') clock.sleepMachine(one.ms);
    if (one.kind === 'supersede') {
      world.superseded.abort();
      world.superseded = new AbortController();
    }
    // Callers that were answered go on before anything else happens.
    await clock.advance(0);
  }
  let waitingStill = true;
  const all = Promise.all(waiting).finally(() => {
    waitingStill = false;
  });
  // Everybody is answered within timeoutMs of their last attempt: no waiter is lost.
  for (let second = 0; waitingStill && second < 60; second += 1) await world.clock.advance(SECOND);
  expect(waitingStill).toBe(false);
  await all;
  expect(violations).toEqual([]);
}

const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', noteUnhandled);
});
afterEach(() => {
  process.off('unhandledRejection', noteUnhandled);
});

test('over random schedules: one fetch at a time, nothing dead handed out, no waiter lost, no rejection unhandled, every lease released once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 30 }),
      fc.array(answer, { minLength: 1, maxLength: 8 }),
      async (steps, answers) => {
        const world = worldOf(answers);
        await play(world, steps);
        expect(world.mostAtOnce).toBeLessThanOrEqual(1);
        await disposeAndSettle(world);
        const minted = [...world.death.keys()].filter(({ lease }) => lease !== undefined);
        expect(new Set(world.source.released)).toEqual(new Set(minted));
        expect(world.source.released).toHaveLength(minted.length);
        expect(unhandled).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

async function disposeAndSettle(world: World): Promise<void> {
  const disposed = world.provider[Symbol.asyncDispose]();
  await world.clock.advance(MINUTE);
  await disposed;
}
