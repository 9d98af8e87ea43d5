import { setTimeout as pause } from 'node:timers/promises';
import { useBackend } from '@keyturn/backends';
import { type CredentialEvent, type CredentialProvider, refreshing, type Secret } from '@keyturn/core';
import { expect, test } from 'vitest';
import { secretsManager } from '../src/index.ts';
import { clientFor, newAccount, newValue } from './account.ts';
import { ownLocalStack } from './own-localstack.ts';
import { store } from './stored.ts';

// Says that the tests here are not run where LocalStack cannot be had; they start another one, to stop it.
useBackend('localstack');

const IDS = Array.from({ length: 5 }, (_, index) => `app/secret-${index}`);
const CALLERS = 20;
const account = newAccount();

test('an outage in the middle of the traffic fails no get, and is over with the first refresh after it', {
  timeout: 180_000,
}, async () => {
  await using localstack = await ownLocalStack();
  await storeAll(localstack.endpoint, newValue());
  const manager = secretsManager({ client: clientFor(account, localstack.endpoint), timeoutMs: 2_000 });
  const options = { maxAgeMs: 400, staleIfErrorMs: 120_000 };
  const providers = IDS.map((id) => refreshing(manager.secret(id), options));
  const heard = providers.map(listen);
  await Promise.all(providers.map((provider) => provider.get()));

  const traffic = callers(providers);
  await localstack.stop();
  await expect.poll(() => heard.every((events) => events.some(isStale)), { timeout: 30_000 }).toBe(true);
  expect(providers.map((provider) => provider.status().state)).toEqual(IDS.map(() => 'stale'));

  const after = newValue();
  await localstack.start((endpoint) => storeAll(endpoint, after));
  const back = new Date();
  await expect
    .poll(() => providers.map((provider) => provider.current()?.value.reveal()), { timeout: 90_000 })
    .toEqual(IDS.map(() => after.reveal()));
  expect(heard.flatMap((events) => events.filter((event) => hasFailed(event, back)))).toEqual([]);
  await expect.poll(() => providers.map((provider) => provider.status().state)).toEqual(IDS.map(() => 'fresh'));

  const { gets, failures } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(gets).toBeGreaterThan(CALLERS);
  for (const provider of providers) await provider[Symbol.asyncDispose]();
});

const isStale = ({ type }: CredentialEvent) => type === 'stale_served';
/** A refresh that began after `moment` has failed. */
const hasFailed = (event: CredentialEvent, moment: Date) =>
  event.type === 'fetch_failed' && event.at.getTime() - event.durationMs > moment.getTime();

async function storeAll(endpoint: string, value: Secret): Promise<void> {
  const client = clientFor(account, endpoint);
  for (const id of IDS) await store(client, id, value);
  client.destroy();
}

function listen(provider: CredentialProvider): CredentialEvent[] {
  const events: CredentialEvent[] = [];
  provider.subscribe((event) => events.push(event));
  return events;
}

/** Callers that get and get until they are told to stop. */
function callers(providers: readonly CredentialProvider[]) {
  const failures: string[] = [];
  let gets = 0;
  let stopped = false;
  const caller = async (provider: CredentialProvider) => {
    while (!stopped) {
      await provider.get().catch((error) => failures.push(String(error)));
      gets += 1;
      await pause(10);
    }
  };
  const running = Array.from({ length: CALLERS }, (_, index) => caller(providers[index % providers.length]!));
  return {
    async stop() {
      stopped = true;
      await Promise.all(running);
      return { gets, failures };
    },
  };
}
