import { useBackend } from '@keyturn/backends';
import { type Credential, refreshing, secret } from '@keyturn/core';
import { fakeClock, type ProxyFault } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { newValue } from './account.ts';
import { failure, fetched } from './fetching.ts';
import { store } from './stored.ts';
import { newWorld, operationOf } from './world.ts';

const localstack = useBackend('localstack');
const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.1' };
const HOUR = 3_600_000;

/** A world with one secret, in which DescribeSecret is answered by `answer`: LocalStack rotates nothing by itself. */
async function described(answer: ProxyFault) {
  const world = await newWorld(localstack());
  await store(world.client, 'app', newValue());
  const lift = world.proxy.inject(answer, { match: (request) => operationOf(request) === 'DescribeSecret' });
  const clock = fakeClock({ now: Date.now() });
  const source = world.manager.secret('app');
  return {
    ...world,
    lift,
    clock,
    source,
    fetch: (context: { previous?: Credential; rejected?: Credential } = {}) => fetched(source, { clock, ...context }),
  };
}

function rotatedBy(date: Date, more: object = {}): ProxyFault {
  const body = JSON.stringify({ RotationEnabled: true, NextRotationDate: date.getTime() / 1_000, ...more });
  return { kind: 'reply', status: 200, headers: JSON_TYPE, body };
}

const refused: ProxyFault = {
  kind: 'reply',
  status: 400,
  headers: JSON_TYPE,
  body: JSON.stringify({ __type: 'AccessDeniedException' }),
};

test('a first fetch makes one call, and asks to be refreshed soon', async () => {
  await using world = await described(rotatedBy(new Date(Date.now() + HOUR)));
  const first = await world.fetch();
  expect(world.operations()).toEqual(['GetSecretValue']);
  expect(first.refreshAt).toEqual(new Date(world.clock.now() + 60_000));
});

test('the refresh after it learns the date of the next rotation, once for a version', async () => {
  const date = new Date(Date.now() + HOUR);
  await using world = await described(rotatedBy(date));
  const second = await world.fetch({ previous: await world.fetch() });
  expect(second.refreshAt).toEqual(date);
  expect(await world.fetch({ previous: second })).toBe(second);
  expect(world.operations()).toEqual(['GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'GetSecretValue']);

  await store(world.client, 'app', newValue());
  const third = await world.fetch({ previous: second });
  expect(third.version).not.toBe(second.version);
  expect(world.operations().slice(4)).toEqual(['GetSecretValue', 'DescribeSecret']);
});

test('a date that has passed, or a rotation that is turned off, is no date', async () => {
  for (const answer of [
    rotatedBy(new Date(Date.now() - HOUR)),
    rotatedBy(new Date(Date.now() + HOUR), { RotationEnabled: false }),
  ]) {
    await using world = await described(answer);
    const second = await world.fetch({ previous: await world.fetch() });
    expect(second).not.toHaveProperty('refreshAt');
  }
});

test('who waits for another value than the refused one does not wait for the date', async () => {
  await using world = await described(rotatedBy(new Date(Date.now() + HOUR)));
  const first = await world.fetch();
  await store(world.client, 'app', newValue());
  await world.fetch({ rejected: first });
  expect(world.operations()).toEqual(['GetSecretValue', 'GetSecretValue']);
});

describe('the date is never a condition', () => {
  test('a denied DescribeSecret is not asked again for that version', async () => {
    await using world = await described(refused);
    const second = await world.fetch({ previous: await world.fetch() });
    expect(second).not.toHaveProperty('refreshAt');
    expect(await world.fetch({ previous: second })).toBe(second);
    expect(world.operations().filter((name) => name === 'DescribeSecret')).toHaveLength(1);
  });

  test('one that fails is asked again at the next refresh', async () => {
    const date = new Date(Date.now() + HOUR);
    await using world = await described({ kind: 'reset' });
    const second = await world.fetch({ previous: await world.fetch() });
    expect(second).not.toHaveProperty('refreshAt');
    world.proxy.inject(rotatedBy(date), { match: (request) => operationOf(request) === 'DescribeSecret' });
    expect(await world.fetch({ previous: second })).toMatchObject({ refreshAt: date });
  });

  test('one that hangs is given up after a second', async () => {
    await using world = await described({ kind: 'hang' });
    const first = await world.fetch();
    const started = performance.now();
    await world.fetch({ previous: first });
    expect(performance.now() - started).toBeLessThan(4_000);
  });

  test('one that hangs ends with the caller', async () => {
    await using world = await described({ kind: 'hang' });
    const previous = await world.fetch();
    const abort = new AbortController();
    const fetching = failure(fetched(world.source, { previous, signal: abort.signal }));
    await world.proxy.received(3);
    abort.abort();
    expect(await fetching).toMatchObject({ code: 'aborted' });
  });
});

test('a provider that keeps a value for a day sees a rotation soon after its date', async () => {
  const clock = fakeClock({ now: Date.now() });
  await using world = await described(rotatedBy(new Date(clock.now() + 2 * HOUR)));
  await using provider = refreshing(world.source, { clock, maxAgeMs: 24 * HOUR });
  const versions: (string | undefined)[] = [];
  provider.subscribe((event) => event.type === 'fetched' && versions.push(event.version));
  const refreshedBy = async (ms: number, count: number) => {
    await clock.advance(ms);
    await provider.get();
    await expect.poll(() => versions.length).toBe(count);
  };
  await provider.get();
  await refreshedBy(61_000, 2);
  const newer = newValue();
  const version = await store(world.client, 'app', newer);
  await refreshedBy(2 * HOUR, 3);
  expect(versions[2]).toBe(version);
  expect(await provider.reveal()).toBe(newer.reveal());
});

test('a credential in hand that has not changed is answered as it is', async () => {
  await using world = await newWorld(localstack());
  const value = secret('the same text twice');
  await store(world.client, 'app', value);
  const source = world.manager.secret('app', { stage: 'AWSCURRENT' });
  const previous = await fetched(source, { previous: await fetched(source) });
  expect(await fetched(source, { previous })).toBe(previous);
  expect(await fetched(source, { previous, rejected: previous })).not.toBe(previous);
  await store(world.client, 'app', value);
  const next = await fetched(source, { previous });
  expect(next).not.toBe(previous);
  expect(next.createdAt).toBeInstanceOf(Date);
});
