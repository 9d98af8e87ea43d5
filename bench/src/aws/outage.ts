import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type FaultProxy, faultProxy } from '@keyturn/core/conformance';
import { round } from '../measure.ts';
import { CONTENDER_NAMES } from './contenders.ts';
import { type LocalStack, storeSecrets } from './local-stack.ts';
import type { OutageMessage, OutageOrder } from './outage-child.ts';
import type { PeerRow } from './peer-row.ts';

/** Whoever has not answered by then, from the beginning of the outage, is not waited for. */
const LIMIT_MS = 20_000;
const STALE_SECONDS = 60;

type BreakDown = (proxy: FaultProxy) => Promise<unknown>;

const OUTAGES: Readonly<Record<string, BreakDown>> = {
  // For a client the same as a server that was stopped: open connections end, new ones are refused.
  'outage, and the held value is too old: the server is stopped': (proxy) => proxy.refuseConnections(),
  '... the server takes requests and never answers': async (proxy) => proxy.inject({ kind: 'hang' }),
};

/** A process of its own for each, in which a get finds the value too old and the server gone. */
export async function awsOutage(localStack: LocalStack): Promise<PeerRow[]> {
  const { config, client } = await localStack.account();
  const [id = ''] = (await storeSecrets(client, 1)).keys();
  const orders: OutageOrder[] = [
    ...CONTENDER_NAMES.map((name) => ({ name, config, id, staleSeconds: 0 })),
    { name: 'keyturn', config, id, staleSeconds: STALE_SECONDS },
  ];
  const rows: PeerRow[] = [];
  for (const [what, breakDown] of Object.entries(OUTAGES)) {
    const results = await Promise.all(orders.map((order) => resultOf(order, breakDown)));
    const [keyturn = '', sdk = '', powertools = '', middy = '', bridged = ''] = results;
    rows.push({ what, keyturn: `with \`staleIfErrorMs\` ${bridged}; else ${keyturn}`, sdk, powertools, middy });
  }
  return rows;
}

async function resultOf(order: OutageOrder, breakDown: BreakDown): Promise<string> {
  await using proxy = await faultProxy(order.config.endpoint);
  const config = { ...order.config, endpoint: proxy.origin };
  const child = fork(new URL('./outage-child.ts', import.meta.url), [JSON.stringify({ ...order, config })], {
    // What it dies of stands in the table.
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit');
  await nextMessage(child);
  await breakDown(proxy);
  child.send('go');
  const limit = AbortSignal.timeout(LIMIT_MS);
  const message = await nextMessage(child, limit).catch((error): OutageMessage => {
    if (limit.aborted) return { result: `no answer within ${LIMIT_MS / 1_000} s` };
    throw error;
  });
  child.kill();
  await ended;
  return message.ms === undefined ? message.result : `${message.result} after ${duration(message.ms)}`;
}

/** Fails where the process has ended without saying anything more. */
async function nextMessage(child: ChildProcess, limit?: AbortSignal): Promise<OutageMessage> {
  const disconnected = new AbortController();
  const stop = () => disconnected.abort();
  child.once('disconnect', stop);
  const signal = limit === undefined ? disconnected.signal : AbortSignal.any([limit, disconnected.signal]);
  const [message] = await once(child, 'message', { signal });
  child.off('disconnect', stop);
  return message;
}

const duration = (ms: number) => (ms < 1_000 ? `${round(ms, 0)} ms` : `${round(ms / 1_000)} s`);
