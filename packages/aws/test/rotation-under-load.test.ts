import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from '@aws-sdk/client-secrets-manager';
import { useBackend } from '@keyturn/backends';
import { type CredentialProvider, refreshing, type Secret, withCredential } from '@keyturn/core';
import { expect, test } from 'vitest';
import { newValue } from './account.ts';
import { type GuardedUpstream, guardedUpstream } from './guarded-upstream.ts';
import { described, store } from './stored.ts';
import { newWorld, type World } from './world.ts';

const localstack = useBackend('localstack');
const ID = 'app/database';
const CALLERS = 200;
const LOAD_MS = 10_000;

interface Rotation {
  readonly world: World;
  readonly upstream: GuardedUpstream;
  readonly old: Secret;
  readonly next: Secret;
}

/** The service takes the new key from the moment it is stored, and the old one no more: its holders are refused. */
async function withoutOverlap({ world, upstream, old, next }: Rotation): Promise<void> {
  upstream.accept(old.reveal(), next.reveal());
  await store(world.client, ID, next);
  upstream.accept(next.reveal());
  await upstream.taken(next.reveal());
}

/** Of a single user: from the moment its password is set until AWSCURRENT is moved, only AWSPENDING is accepted. */
async function withGap({ world, upstream, next }: Rotation): Promise<void> {
  const version = randomUUID();
  const content = { SecretString: next.reveal(), VersionStages: ['AWSPENDING'] };
  await world.client.send(new PutSecretValueCommand({ SecretId: ID, ClientRequestToken: version, ...content }));
  upstream.accept(next.reveal());
  await upstream.taken(next.reveal());
  await pause(500); // some of the load runs inside the gap
  const [current] = (await described(world.client, ID)).current;
  const move = { VersionStage: 'AWSCURRENT', MoveToVersionId: version, RemoveFromVersionId: current };
  await world.client.send(new UpdateSecretVersionStageCommand({ SecretId: ID, ...move }));
}

/** Some of the service's machines learn of the new key late: who has it already is refused, the old one still goes. */
async function promotedTooEarly({ world, upstream, next }: Rotation): Promise<void> {
  await store(world.client, ID, next);
  await upstream.refused(next.reveal());
  upstream.accept(next.reveal());
  await upstream.taken(next.reveal());
}

test('200 callers see none of five rotations fail', { timeout: 90_000 }, async () => {
  await using world = await newWorld(localstack());
  await using upstream = await guardedUpstream();
  let key = newValue();
  await store(world.client, ID, key);
  upstream.accept(key.reveal());
  await using provider = refreshing(world.manager.secret(ID), { maxAgeMs: 1_000 });

  const end = performance.now() + LOAD_MS;
  const load = callers(provider, upstream.origin);
  await upstream.taken(key.reveal());
  for (const rotation of [withoutOverlap, withGap, promotedTooEarly, withGap, withoutOverlap]) {
    const next = newValue();
    await rotation({ world, upstream, old: key, next });
    key = next;
  }
  await pause(Math.max(0, end - performance.now()));
  const { calls, failures } = await load.stop();
  expect(failures).toEqual([]);
  expect(calls).toBeGreaterThan(CALLERS * 5);
  expect(await provider.reveal()).toBe(key.reveal());
});

/** Each caller asks again and again until all are stopped; says how often that was and what went wrong. */
function callers(provider: CredentialProvider, origin: string) {
  const failures: string[] = [];
  let calls = 0;
  let stopped = false;
  const use = async ({ value }: { readonly value: Secret }) =>
    fetch(origin, { headers: { authorization: `Bearer ${value.reveal()}` } });
  const caller = async () => {
    while (!stopped) {
      try {
        const response = await withCredential(provider, use);
        await response.body?.cancel();
        if (!response.ok) failures.push(`status ${response.status}`);
      } catch (error) {
        failures.push(String(error));
      }
      calls += 1;
      await pause(50);
    }
  };
  const running = Array.from({ length: CALLERS }, caller);
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
      return { calls, failures };
    },
  };
}
