import { faultProxy } from '@keyturn/core/conformance';
import { elapsedMs, medians, round } from '../measure.ts';
import { forEachContender, type OpenReader } from './contenders.ts';
import { type ClientConfig, type LocalStack, storeSecrets } from './local-stack.ts';
import { callsText, type PeerRow } from './peer-row.ts';

const CALLERS = 1_000;
const ROUNDS = 3;

/** A thousand callers at once of one secret that nobody has read yet. */
export async function awsFirstGets(localStack: LocalStack): Promise<PeerRow[]> {
  const { config, client } = await localStack.account();
  const [[id, value] = ['', '']] = await storeSecrets(client, 1);
  const getMs = async (open: OpenReader, address: ClientConfig) => {
    using reader = open(address, { ids: [id] });
    return await elapsedMs(async () => {
      const values = await Promise.all(Array.from({ length: CALLERS }, () => reader.get(id)));
      if (values.some((other) => other !== value)) throw new Error('a caller got something else than the secret');
    });
  };
  const calls = await forEachContender(async (_, open) => {
    await using proxy = await faultProxy(config.endpoint);
    await getMs(open, { ...config, endpoint: proxy.origin });
    return proxy.requests.length;
  });
  // Straight to the server: who makes many calls should not wait for the proxy besides.
  const times = await medians(ROUNDS, await forEachContender((_, open) => () => getMs(open, config)));
  const cells = await forEachContender((name) => `${callsText(calls[name])}, ${round(times[name], 0)} ms`);
  return [{ what: '1,000 concurrent first gets', ...cells, aim: '1 call' }];
}
