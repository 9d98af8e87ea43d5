import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type FaultProxy, faultProxy } from '@keyturn/core/conformance';
import { type ContenderName, forEachContender, type OpenReader } from './contenders.ts';
import { type Account, type ClientConfig, type LocalStack, newValue, storeSecrets } from './local-stack.ts';
import { callsText, type PeerRow } from './peer-row.ts';

/** For how long a value is handed out without asking again, by default, as each documents it. */
const HELD: Readonly<Record<ContenderName, string>> = {
  keyturn: 'for 5 min at most, or until it is refused',
  sdk: 'held by nobody',
  powertools: 'for 5 s at most',
  middy: 'for ever',
};

/** What the application can do about a failure itself, as each documents it. */
const REMEDY: Readonly<Partial<Record<ContenderName, string>>> = {
  powertools: ' unless it asks again with `forceFetch`',
};

interface Seen {
  /** What the first get after the rotation gives. */
  readonly next: string;
  /** What becomes of a request to a server that takes the new value only. */
  readonly request: string;
  /** What a get of AWSPREVIOUS gives. */
  readonly previous: string;
}

/** The secret was read, and then AWSCURRENT was moved to another version. Everything by default. */
export async function awsRotation(localStack: LocalStack): Promise<PeerRow[]> {
  const account = await localStack.account();
  const seen = await forEachContender((name, open) => afterRotation(account, name, open));
  const row = (what: string, aspect: keyof Seen) => ({
    what,
    keyturn: seen.keyturn[aspect],
    sdk: seen.sdk[aspect],
    powertools: seen.powertools[aspect],
    middy: seen.middy[aspect],
  });
  return [
    row('AWSCURRENT has moved: what the next get gives', 'next'),
    { ...row('... a request to a server that takes only the new value', 'request'), aim: 'no failure' },
    { ...row('... AWSPREVIOUS, asked for after AWSCURRENT', 'previous'), aim: 'right' },
  ];
}

async function afterRotation({ config, client }: Account, name: ContenderName, open: OpenReader): Promise<Seen> {
  const [[id, old] = ['', '']] = await storeSecrets(client, 1);
  await using proxy = await faultProxy(config.endpoint);
  const proxied = { ...config, endpoint: proxy.origin };
  using reader = open(proxied, { ids: [id] });
  await reader.request(id, () => 'accepted');
  const current = newValue();
  await client.send(new PutSecretValueCommand({ SecretId: id, SecretString: current }));

  const next = await counted(proxy, () => reader.get(id));
  const refuseOld = (value: string) => {
    if (value !== current) throw Object.assign(new Error('refused'), { status: 401 });
    return 'succeeds';
  };
  const request = await counted(proxy, () => reader.request(id, refuseOld).catch(() => `fails${REMEDY[name] ?? ''}`));
  return {
    next: `${next.result === old ? `the old value, ${HELD[name]}` : 'the new value'}; ${next.calls}`,
    request: `${request.result}; ${request.calls}`,
    previous: await previousAfterCurrent(open, proxied, { id, old }),
  };
}

async function previousAfterCurrent(
  open: OpenReader,
  config: ClientConfig,
  { id, old }: { readonly id: string; readonly old: string },
): Promise<string> {
  using reader = open(config, { ids: [id] });
  await reader.get(id);
  if (reader.previous === undefined) return 'cannot be asked for';
  return (await reader.previous(id)) === old ? 'right' : 'wrong: gives AWSCURRENT';
}

async function counted<T>(
  proxy: FaultProxy,
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly calls: string }> {
  const before = proxy.requests.length;
  const result = await run();
  return { result, calls: callsText(proxy.requests.length - before) };
}
