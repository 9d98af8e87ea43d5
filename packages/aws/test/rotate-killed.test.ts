import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { useBackend } from '@keyturn/backends';
import { secret } from '@keyturn/core';
import { faultProxy } from '@keyturn/core/conformance';
import { expect, test } from 'vitest';
import { type KeyService, keyService } from './key-service.ts';
import { rotateKeys } from './rotate-keys.ts';
import { described, store } from './stored.ts';
import { newWorld, type World } from './world.ts';

const localstack = useBackend('localstack');
const ID = 'app/api-key';

/** How many processes are started at once. */
const AT_ONCE = 3;

test('rotate that is killed at any of its requests is completed by the next run', { timeout: 240_000 }, async () => {
  const killed: boolean[] = [];
  while (!killed.includes(false)) {
    const next = Array.from({ length: AT_ONCE }, (_, index) => killed.length + index + 1);
    killed.push(...(await Promise.all(next.map(killedAt))));
  }
  // Reading, revoking, beginning, issuing, staging, verifying and promoting take some twenty requests.
  expect(killed.indexOf(false)).toBeGreaterThan(15);
});

/** Kills a run when its `at`-th request has been made and before it arrives; `false` where it made fewer. */
async function killedAt(at: number): Promise<boolean> {
  await using world = await newWorld(localstack());
  await using keys = await keyService();
  await using keysProxy = await faultProxy(keys.origin);
  const rotation = world.manager.rotationStore(ID);
  keys.live.add('key-first');
  await store(world.client, ID, secret('key-first'));
  await rotateKeys(rotation, keys.origin); // so that the run has a replaced key to revoke

  const { id, secretAccessKey } = world.account;
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures', 'rotate-child.ts'), world.proxy.origin, ID, keysProxy.origin],
    {
      env: { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secretAccessKey.reveal(), HOME: import.meta.dirname },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  let made = 0;
  const match = () => {
    made += 1;
    if (made === at) child.kill('SIGKILL');
    return made >= at;
  };
  const lifts = [world.proxy, keysProxy].map((proxy) => proxy.inject({ kind: 'hang' }, { match }));
  const [code] = await ended;
  for (const lift of lifts) lift();
  if (made < at) expect(code).toBe(0);

  const next = world.another().rotationStore(ID);
  await rotateKeys(next, keys.origin);
  await expectWhole(world, keys, `killed at request ${at}`);
  await rotateKeys(next, keys.origin);
  await expectWhole(world, keys, `the run after, killed at request ${at}`);
  return made >= at;
}

/** One current version whose key works, nothing under way, and no key at the service that the secret does not hold. */
async function expectWhole({ client, manager }: World, { live }: KeyService, when: string): Promise<void> {
  const { current, pending, tags } = await described(client, ID);
  expect({ current: current.length, pending, attempts: Object.keys(tags).filter(isAttempt) }, when).toEqual({
    current: 1,
    pending: [],
    attempts: [],
  });
  const state = await manager.rotationStore(ID).read();
  const [held, replaced] = [state.current, state.previous].map((version) => version?.value.reveal());
  expect(live, when).toContain(held);
  expect([held, replaced], when).toEqual(expect.arrayContaining([...live]));
}

const isAttempt = (key: string) => key.startsWith('keyturn:attempt:');
