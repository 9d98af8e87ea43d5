import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { secretsManager } from '@keyturn/aws';
import { refreshing, withCredential } from '@keyturn/core';
import middy from '@middy/core';
import secretsManagerMiddleware from '@middy/secrets-manager';
import type { ClientConfig } from './local-stack.ts';

/** One way to read secrets, used as its documentation says. */
export interface Reader extends Disposable {
  get(id: string): Promise<string>;
  /** A request that needs the secret, as one writes it with this reader. `use` throws where a server refuses the value. */
  request<R>(id: string, use: (value: string) => R): Promise<R>;
  /** The version that is AWSPREVIOUS. Absent: cannot be asked for. */
  previous?(id: string): Promise<string>;
}

export interface ReaderOptions {
  /** What will be asked for. */
  readonly ids: readonly string[];
  /** How long a value may be held, in whole seconds. Default: what each has for a default. */
  readonly maxAgeSeconds?: number;
  /** For how long after that an outage is bridged, where that can be chosen. Default: not at all. */
  readonly staleSeconds?: number;
}

export type OpenReader = (config: ClientConfig, options: ReaderOptions) => Reader;

/** All who are compared, in the order of the table's columns. */
export const CONTENDERS = {
  keyturn: keyturnReader,
  sdk: sdkReader,
  powertools: powertoolsReader,
  middy: middyReader,
} satisfies Record<string, OpenReader>;

export type ContenderName = keyof typeof CONTENDERS;
export const CONTENDER_NAMES = Object.keys(CONTENDERS) as ContenderName[];

/** `run` for each of them, one after the other. */
export async function forEachContender<T>(
  run: (name: ContenderName, open: OpenReader) => T | Promise<T>,
): Promise<Record<ContenderName, T>> {
  const answers: [ContenderName, T][] = [];
  for (const name of CONTENDER_NAMES) answers.push([name, await run(name, CONTENDERS[name])]);
  return Object.fromEntries(answers) as Record<ContenderName, T>;
}

function keyturnReader(config: ClientConfig, { ids, maxAgeSeconds, staleSeconds = 0 }: ReaderOptions): Reader {
  const client = new SecretsManagerClient({ ...config, maxAttempts: 1 });
  const manager = secretsManager({ client });
  const options = {
    staleIfErrorMs: staleSeconds * 1_000,
    ...(maxAgeSeconds !== undefined && { maxAgeMs: maxAgeSeconds * 1_000 }),
  };
  const providers = new Map(ids.map((id) => [id, refreshing(manager.secret(id), options)]));
  return {
    get: (id) => providers.get(id)!.reveal(),
    request: (id, use) => withCredential(providers.get(id)!, ({ value }) => use(value.reveal())),
    previous: (id) => refreshing(manager.secret(id, { stage: 'AWSPREVIOUS' })).reveal(),
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** It has no cache. */
function sdkReader(config: ClientConfig): Reader {
  const client = new SecretsManagerClient(config);
  const get = async (id: string, VersionStage?: string) => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage }));
    return SecretString ?? '';
  };
  return {
    get: (id) => get(id),
    request: async (id, use) => use(await get(id)),
    previous: (id) => get(id, 'AWSPREVIOUS'),
    [Symbol.dispose]: () => client.destroy(),
  };
}

function powertoolsReader(config: ClientConfig, { maxAgeSeconds: maxAge }: ReaderOptions): Reader {
  const client = new SecretsManagerClient(config);
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  const get = async (id: string) => {
    const value = await (maxAge === undefined ? provider.get(id) : provider.get(id, { maxAge }));
    return value as string;
  };
  return {
    get,
    request: async (id, use) => use(await get(id)),
    previous: async (id) => (await provider.get(id, { sdkOptions: { VersionStage: 'AWSPREVIOUS' } })) as string,
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** Its cache is one for the whole process; these tell one reader's part from another's. */
let caches = 0;

/** A get is an invocation of a handler that finds the secrets in its context. */
function middyReader(config: ClientConfig, { ids, maxAgeSeconds }: ReaderOptions): Reader {
  const keys = new Map(ids.map((id, index) => [id, `secret${index}`]));
  caches += 1;
  const middleware = secretsManagerMiddleware({
    awsClientOptions: config,
    fetchData: Object.fromEntries([...keys].map(([id, key]) => [key, id])),
    setToContext: true,
    cacheKey: `secrets-manager-${caches}`,
    ...(maxAgeSeconds !== undefined && { cacheExpiry: maxAgeSeconds * 1_000 }),
  });
  const handler = middy()
    .use(middleware)
    .handler((_event: unknown, context: unknown) => context);
  const get = async (id: string) => {
    const context = (await handler({}, {} as Parameters<typeof handler>[1])) as Record<string, string>;
    return context[keys.get(id) ?? ''] ?? '';
  };
  return { get, request: async (id, use) => use(await get(id)), [Symbol.dispose]: () => undefined };
}
