import { elapsedMs, medians, round } from '../measure.ts';
import { type ContenderName, forEachContender } from './contenders.ts';
import { type LocalStack, storeSecrets } from './local-stack.ts';
import type { PeerRow } from './peer-row.ts';

const GETS = 100_000;
const UNCACHED_GETS = 50;
const ROUNDS = 9;
/** The others hold a value for longer than this takes. */
const POWERTOOLS_SECONDS = 3_600;

/** The text of a secret that was read before, by callers one after the other. */
export async function awsCachedGet(localStack: LocalStack): Promise<PeerRow[]> {
  const { config, client } = await localStack.account();
  const [id = ''] = (await storeSecrets(client, 1)).keys();
  const readers = await forEachContender(async (name, open) => {
    const reader = open(config, { ids: [id], ...(name === 'powertools' && { maxAgeSeconds: POWERTOOLS_SECONDS }) });
    await reader.get(id);
    return reader;
  });
  const nanoseconds = (name: ContenderName) => async () => {
    const gets = name === 'sdk' ? UNCACHED_GETS : GETS;
    const ms = await elapsedMs(async () => {
      for (let i = 0; i < gets; i += 1) await readers[name].get(id);
    });
    return (ms * 1e6) / gets;
  };
  const times = await medians(ROUNDS, await forEachContender((name) => nanoseconds(name)));
  await forEachContender((name) => readers[name][Symbol.dispose]());
  const cells = await forEachContender((name) => `${round(times[name], 0)} ns`);
  return [
    {
      what: 'cached get',
      ...cells,
      sdk: `no cache: ${round(times.sdk / 1e6)} ms, a call each`,
      middy: `${cells.middy}, an invocation`,
    },
  ];
}
