import { BatchGetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '@keyturn/aws';
import { loadCredentials, required } from '@keyturn/core';
import { faultProxy } from '@keyturn/core/conformance';
import { elapsedMs, medians, round } from '../measure.ts';
import { CONTENDERS, type OpenReader } from './contenders.ts';
import { type ClientConfig, type LocalStack, storeSecrets } from './local-stack.ts';
import { callsText, type PeerRow } from './peer-row.ts';

const SECRETS = 100;
const ROUNDS = 9;
const LARGEST_BATCH = 20;

type Start = (config: ClientConfig, ids: readonly string[]) => Promise<readonly string[]>;

const STARTS = {
  keyturn: loaded,
  sdk: each(CONTENDERS.sdk),
  byHand: batchesByHand,
  powertools: each(CONTENDERS.powertools),
  middy: each(CONTENDERS.middy),
} satisfies Record<string, Start>;

type StartName = keyof typeof STARTS;
const NAMES = Object.keys(STARTS) as StartName[];

/** All that an application needs before it can start, asked for at once. */
export async function awsManySecrets(localStack: LocalStack): Promise<PeerRow[]> {
  const { config, client } = await localStack.account();
  const values = await storeSecrets(client, SECRETS);
  const startMs = (name: StartName, address: ClientConfig) =>
    elapsedMs(async () => {
      const got = await STARTS[name](address, [...values.keys()]);
      if (got.join() !== [...values.values()].join()) throw new Error(`${name} got something else than the secrets`);
    });
  const calls = new Map<StartName, string>();
  for (const name of NAMES) {
    await using proxy = await faultProxy(config.endpoint);
    await startMs(name, { ...config, endpoint: proxy.origin });
    calls.set(name, callsText(proxy.requests.length));
  }
  const runs = NAMES.map((name) => [name, () => startMs(name, config)] as const);
  const times = await medians(ROUNDS, Object.fromEntries(runs) as Record<StartName, () => Promise<number>>);
  const cell = (name: StartName) => `${calls.get(name)}, ${round(times[name], 0)} ms`;
  return [
    {
      what: '100 secrets at start',
      keyturn: cell('keyturn'),
      sdk: `${cell('sdk')}; in batches by hand: ${cell('byHand')}`,
      powertools: cell('powertools'),
      middy: cell('middy'),
      aim: '5 calls',
    },
  ];
}

async function loaded(config: ClientConfig, ids: readonly string[]): Promise<readonly string[]> {
  const client = new SecretsManagerClient({ ...config, maxAttempts: 1 });
  const manager = secretsManager({ client });
  const entries = ids.map((id) => [id, required(manager.secret(id), 'one of many')] as const);
  await using credentials = await loadCredentials(Object.fromEntries(entries));
  const values = await Promise.all(ids.map((id) => credentials[id]!.reveal()));
  client.destroy();
  return values;
}

function each(open: OpenReader): Start {
  return async (config, ids) => {
    using reader = open(config, { ids });
    return await Promise.all(ids.map((id) => reader.get(id)));
  };
}

/** What one can write oneself where no secret fails. */
async function batchesByHand(config: ClientConfig, ids: readonly string[]): Promise<readonly string[]> {
  const client = new SecretsManagerClient(config);
  const batches = Array.from({ length: Math.ceil(ids.length / LARGEST_BATCH) }, (_, index) =>
    ids.slice(index * LARGEST_BATCH, (index + 1) * LARGEST_BATCH),
  );
  const answers = await Promise.all(
    batches.map((SecretIdList) => client.send(new BatchGetSecretValueCommand({ SecretIdList }))),
  );
  const found = answers.flatMap(({ SecretValues = [] }) => SecretValues);
  const values = new Map(found.map(({ Name, SecretString = '' }) => [Name, SecretString]));
  client.destroy();
  return ids.map((id) => values.get(id) ?? '');
}
