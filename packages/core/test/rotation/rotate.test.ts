import { expect, test } from 'vitest';
import { fakeClock } from '../../src/conformance/fake-clock.ts';
import {
  CredentialError,
  type RotateOptions,
  type RotationStore,
  rotate,
  type Secret,
  secret,
} from '../../src/index.ts';
import { type MemoryRotationStore, memoryRotationStore } from './memory-rotation-store.ts';

const MINUTE = 60_000;

/** A service that gives out keys, one per attempt. */
function keyService() {
  const byAttempt = new Map<string, string>();
  const live = new Set<string>();
  return {
    live,
    async issue({ attemptId }: { readonly attemptId: string }): Promise<Secret> {
      const key = byAttempt.get(attemptId) ?? `key-${crypto.randomUUID()}`;
      byAttempt.set(attemptId, key);
      live.add(key);
      return secret(key);
    },
    async verify(value: Secret): Promise<void> {
      if (!live.has(value.reveal())) throw new CredentialError('unauthenticated', 'the service refuses the key');
    },
    async revoke(value: Secret): Promise<void> {
      live.delete(value.reveal());
    },
  };
}

async function world(store: MemoryRotationStore = memoryRotationStore()) {
  const clock = fakeClock();
  const service = keyService();
  const options: RotateOptions = { store, ...service, overlapMs: MINUTE, clock };
  if (store.state.current === undefined) await rotate(options);
  return { clock, service, store, options };
}

const keyOf = (version: { value: Secret } | undefined) => version?.value.reveal();

test('it issues, verifies and promotes; the replaced key lives on for the overlap and is then revoked', async () => {
  const { clock, service, store, options } = await world();
  const old = keyOf(store.state.current);
  const result = await rotate(options);
  expect(result).toEqual({ outcome: 'rotated', revokeAfter: new Date(clock.now() + MINUTE) });
  expect(keyOf(store.state.previous)).toBe(old);
  expect(service.live).toEqual(new Set([old, keyOf(store.state.current)]));

  expect(await rotate(options)).toMatchObject({ outcome: 'waiting' });
  expect(service.live).toContain(old);
  await clock.advance(MINUTE);
  expect(await rotate(options)).toMatchObject({ outcome: 'rotated' });
  expect(service.live).not.toContain(old);
  expect(service.live.size).toBe(2);
});

test('the first rotation of an empty store leaves nothing to revoke', async () => {
  const { service, store, options } = await world();
  expect(store.state.revokeAfter).toBeUndefined();
  expect(service.live).toEqual(new Set([keyOf(store.state.current)]));
  expect(await rotate(options)).toMatchObject({ outcome: 'rotated' });
});

test('a new key that the service refuses is revoked and discarded, and readers keep the current one', async () => {
  const { service, store, options } = await world();
  const old = keyOf(store.state.current);
  const refused = new Error('the new key has no access');
  await expect(rotate({ ...options, verify: () => Promise.reject(refused) })).rejects.toBe(refused);
  expect(store.state).toEqual({ current: expect.anything() });
  expect(service.live).toEqual(new Set([old]));
});

test('a new key whose check could not reach the service is kept for the next run', async () => {
  const { service, store, options } = await world();
  const outage = new CredentialError('unreachable', 'down');
  await expect(rotate({ ...options, verify: () => Promise.reject(outage) })).rejects.toBe(outage);
  const staged = keyOf(store.state.attempt?.staged);
  expect(staged).toBeDefined();
  await expect(rotate({ ...options, verify: () => Promise.reject(outage) })).rejects.toBe(outage);
  expect(keyOf(store.state.attempt?.staged)).toBe(staged);
  await rotate(options);
  expect(keyOf(store.state.current)).toBe(staged);
  expect(service.live.size).toBe(2);
});

test('an attempt that was overtaken revokes its own key', async () => {
  const { service, store, options } = await world();
  const old = keyOf(store.state.current);
  const overtaken = {
    ...options,
    issue: async (request: { attemptId: string; current: Secret | undefined }) => {
      store.state = { ...store.state, attempt: { id: 'somebody else' } };
      return service.issue(request);
    },
  };
  await expect(rotate(overtaken)).rejects.toMatchObject({ code: 'conflict' });
  expect(service.live).toEqual(new Set([old]));
});

test('two runs at once go on with one attempt and make one key', async () => {
  const { service, store, options } = await world();
  await Promise.allSettled([rotate(options), rotate(options)]);
  expect(service.live.size).toBe(2);
  expect(store.state.attempt).toBeUndefined();
});

test('a rolled back rotation makes the old version current and the new one due for revocation', async () => {
  const { clock, service, store, options } = await world();
  const old = keyOf(store.state.current);
  await rotate(options);
  const bad = keyOf(store.state.current);
  await store.rollBack(new Date(clock.now() + MINUTE));
  expect(keyOf(store.state.current)).toBe(old);
  await clock.advance(MINUTE);
  await rotate(options);
  expect(service.live).not.toContain(bad);
});

test('a replaced version that vanished before it was revoked is told, not skipped', async () => {
  const { clock, store, options } = await world();
  await rotate(options);
  const { previous: _, ...rest } = store.state;
  store.state = rest;
  await clock.advance(MINUTE);
  await expect(rotate(options)).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('by hand') });
});

/** Ends a run as a kill would: the n-th call to the store or the service does not return, before or after its effect. */
class Killed extends Error {}

function killedAt(
  options: RotateOptions,
  at: number,
  when: 'before' | 'after',
): { options: RotateOptions; calls: () => number } {
  let calls = 0;
  let dead = false;
  const guard =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      calls += 1;
      if (dead || (calls === at && when === 'before')) {
        dead = true;
        throw new Killed();
      }
      const result = await call(...args);
      if (calls === at) {
        dead = true;
        throw new Killed();
      }
      return result;
    };
  const { store } = options;
  const guarded: RotationStore = {
    name: store.name,
    read: guard(store.read),
    begin: guard(store.begin),
    stage: guard(store.stage),
    promote: guard(store.promote),
    discard: guard(store.discard),
    rollBack: guard(store.rollBack),
    finish: guard(store.finish),
  };
  const { issue, verify, revoke } = options;
  return {
    options: { ...options, store: guarded, issue: guard(issue), verify: guard(verify), revoke: guard(revoke) },
    calls: () => calls,
  };
}

async function expectWhole(service: ReturnType<typeof keyService>, store: MemoryRotationStore): Promise<void> {
  const { current, previous, attempt } = store.state;
  expect(attempt).toBeUndefined();
  // Every key that lives at the service is held by the store.
  expect([keyOf(current), keyOf(previous)]).toEqual(expect.arrayContaining([...service.live]));
  await service.verify(current?.value as Secret);
}

test('killed before or after any call, the next run completes it and leaves no key that nobody holds', async () => {
  for (const verdict of ['accepted', 'refused'] as const) {
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; ; at += 1) {
        const { clock, service, store, options } = await world();
        await rotate(options);
        await clock.advance(MINUTE);
        const judged =
          verdict === 'accepted' ? options : { ...options, verify: () => Promise.reject(new Error('refused')) };
        const killed = killedAt(judged, at, when);
        await rotate(killed.options).catch(() => undefined);
        if (killed.calls() < at) break;

        await rotate(options);
        await expectWhole(service, store);
        await clock.advance(MINUTE);
        await rotate(options);
        await expectWhole(service, store);
      }
    }
  }
});

test('killed twice in a row, at any two calls, the third run completes it', async () => {
  for (let first = 1; first <= 8; first += 1) {
    for (let second = 1; second <= 8; second += 1) {
      const { clock, service, store, options } = await world();
      await rotate(options);
      await clock.advance(MINUTE);
      await rotate(killedAt(options, first, 'after').options).catch(() => undefined);
      await rotate(killedAt(options, second, 'before').options).catch(() => undefined);
      await rotate(options);
      await expectWhole(service, store);
    }
  }
});
