import { UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import type { RotationStore } from '@keyturn/core';
import type { ProxyFault } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { ID, LATER, newRotation, type RotationWorld } from './rotation-world.ts';

const localstack = useBackend('localstack');

type Step = (store: RotationStore, world: Pick<RotationWorld, 'attempt'>) => Promise<unknown>;

const begin: Step = (store, { attempt }) => store.begin(attempt.id);
const stage: Step = (store, { attempt }) => store.stage(attempt.id, attempt.value);
const promote: Step = (store, { attempt }) => store.promote(attempt.id, LATER);

/** Each method, and what has to be done before it. */
const METHODS: readonly [name: string, before: readonly Step[], method: Step][] = [
  ['begin', [], begin],
  ['stage', [begin], stage],
  ['promote', [begin, stage], promote],
  ['discard', [begin, stage], (store, { attempt }) => store.discard(attempt.id)],
  ['rollBack', [begin, stage, promote], (store) => store.rollBack(LATER)],
  ['finish', [begin, stage, promote], (store) => store.finish()],
];

const DEATHS: readonly [when: string, fault: ProxyFault][] = [
  ['before it was sent', { kind: 'reset' }],
  ['after it was carried out', { kind: 'drop' }],
];

describe.each(METHODS)('%s that dies at any of its calls', (_, before, method) => {
  test.each(DEATHS)('%s, is completed by doing it again elsewhere', async (_, fault) => {
    const { calls, state } = await undisturbed(before, method);
    expect(calls.length).toBeGreaterThan(1);
    for (const [index, call] of calls.entries()) {
      await using world = await prepared(before);
      dieAt(world, index + 1, fault);
      await expect(method(world.rotation, world), call).rejects.toMatchObject({ code: 'unreachable' });
      const another = world.another().rotationStore(ID);
      await method(another, world);
      await another.read();
      expect(await world.state(), `after ${call}`).toEqual(state);
    }
  });
});

test.each(DEATHS)('a promotion that dies %s is either to be done or done, to whoever looks next', async (_, fault) => {
  const { calls } = await undisturbed([begin, stage], promote);
  const seen: unknown[] = [];
  for (const [index] of calls.entries()) {
    await using world = await prepared([begin, stage]);
    dieAt(world, index + 1, fault);
    await promote(world.rotation, world).catch(() => undefined);
    const { attempt, revokeAfter } = await world.another().rotationStore(ID).read();
    const state = await world.state();
    seen.push(state);
    const isDone = attempt === undefined;
    expect(revokeAfter, `after ${index}`).toEqual(isDone ? LATER : undefined);
    expect(state, `after ${index}`).toMatchObject(
      isDone
        ? { current: ['new'], previous: ['old'], pending: [], tags: { 'keyturn:revoke:old': LATER.toISOString() } }
        : { current: ['old'], pending: ['new'], tags: { 'keyturn:attempt:new': 'now' } },
    );
    if (isDone) expect(JSON.stringify(state)).not.toContain('attempt');
  }
  expect(new Set(seen.map((state) => JSON.stringify(state))).size).toBeGreaterThan(1);
});

test('an attempt that was promoted is over, even where its version was replaced by hand before it was noted', async () => {
  const { calls } = await undisturbed([begin, stage], promote);
  await using world = await prepared([begin, stage]);
  const { attempt, old, client } = world;
  dieAt(world, calls.length, { kind: 'reset' });
  await promote(world.rotation, world).catch(() => undefined);
  const back = { VersionStage: 'AWSCURRENT', MoveToVersionId: old.version, RemoveFromVersionId: attempt.id };
  await client.send(new UpdateSecretVersionStageCommand({ SecretId: ID, ...back }));
  const another = world.another().rotationStore(ID);
  expect((await another.read()).attempt).toBeUndefined();
  expect(await another.begin('the-next-one')).toBe('the-next-one');
});

async function prepared(before: readonly Step[]): Promise<RotationWorld> {
  const world = await newRotation(localstack());
  for (const step of before) await step(world.rotation, world);
  return world;
}

/** Lets the `at`-th request from now on meet the fault. */
function dieAt({ proxy }: RotationWorld, at: number, fault: ProxyFault): void {
  let seen = 0;
  const match = () => {
    seen += 1;
    return seen === at;
  };
  proxy.inject(fault, { match });
}

/** The calls that the method makes and what they lead to. */
async function undisturbed(before: readonly Step[], method: Step) {
  await using world = await prepared(before);
  const sofar = world.proxy.requests.length;
  await method(world.rotation, world);
  return { calls: world.operations().slice(sofar), state: await world.state() };
}
