import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** What every client of the AWS SDK takes: where to ask, and as whom. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A LocalStack that is started when it is first asked for. */
export interface LocalStack extends AsyncDisposable {
  /** An account that nobody else uses. */
  account(): Promise<Account>;
}

export interface Account {
  readonly config: ClientConfig;
  /** Straight to LocalStack. */
  readonly client: SecretsManagerClient;
}

/** The part of the package of test servers that is used here; its index is for test runners. */
interface Started {
  readonly address: { readonly endpoint: string; readonly region: string };
  stop(): Promise<void>;
}

export function lazyLocalStack(): LocalStack {
  let started: Promise<Started> | undefined;
  const clients: SecretsManagerClient[] = [];
  return {
    async account() {
      started ??= start();
      const { endpoint, region } = (await started).address;
      // LocalStack takes an access key id of 12 digits for an account of its own.
      const accessKeyId = String(randomInt(100_000_000_000, 1_000_000_000_000));
      const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey: newValue() } };
      const client = new SecretsManagerClient(config);
      clients.push(client);
      return { config, client };
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.destroy();
      await (await started)?.stop();
    },
  };
}

async function start(): Promise<Started> {
  const part = (name: string) => import(new URL(name, import.meta.resolve('@keyturn/backends')).href);
  const [{ startBackend }, { localstack }] = await Promise.all([part('start-backend.ts'), part('localstack.ts')]);
  return startBackend(localstack);
}

/** A value that nobody has ever written down. */
export function newValue(): string {
  return `v-${randomBytes(24).toString('base64url')}`;
}

/** Makes that many secrets; answers their values by id. */
export async function storeSecrets(client: SecretsManagerClient, count: number): Promise<ReadonlyMap<string, string>> {
  const values = new Map(Array.from({ length: count }, () => [`app/${randomUUID()}`, newValue()]));
  for (const [Name, SecretString] of values) await client.send(new CreateSecretCommand({ Name, SecretString }));
  return values;
}
