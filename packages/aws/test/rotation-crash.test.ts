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
      let seen = 0;
      world.proxy.inject(fault, {
        match: () => {
          seen += 1;
          return seen === index + 1;
        },
      });
      await expect(method(world.rotation, world), call).rejects.toMatchObject({ code: 'unreachable' });
      const another = world.another().rotationStore(ID);
      await method(another, world);
      await another.read();
      expect(await world.state(), `after ${call}`).toEqual(state);
    }
  });
});

async function prepared(before: readonly Step[]): Promise<RotationWorld> {
  const world = await newRotation(localstack());
  for (const step of before) await step(world.rotation, world);
  return world;
}

/** The calls that the method makes and what they lead to. */
async function undisturbed(before: readonly Step[], method: Step) {
  await using world = await prepared(before);
  const sofar = world.proxy.requests.length;
  await method(world.rotation, world);
  return { calls: world.operations().slice(sofar), state: await world.state() };
}
