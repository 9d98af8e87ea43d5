import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type FaultProxy, faultProxy } from '@keyturn/core/conformance';
import { type SecretsManager, type SecretsManagerOptions, secretsManager } from '../src/index.ts';
import { type Account, clientFor, newAccount } from './account.ts';

/** An account of LocalStack, and an adapter that reaches it through a proxy of its own. */
export interface World extends AsyncDisposable {
  readonly account: Account;
  /** Straight to LocalStack. */
  readonly client: SecretsManagerClient;
  readonly proxy: FaultProxy;
  readonly manager: SecretsManager;
  /** Another adapter on the same account, as another process would have it. */
  another(options?: Pick<SecretsManagerOptions, 'region' | 'timeoutMs'>): SecretsManager;
  /** The operations asked for so far, oldest first. */
  operations(): string[];
}

export async function newWorld({ endpoint }: { readonly endpoint: string }): Promise<World> {
  const account = newAccount();
  const proxy = await faultProxy(endpoint);
  const client = clientFor(account, endpoint);
  const another: World['another'] = (options) =>
    secretsManager({ client: clientFor(account, proxy.origin), ...options });
  return {
    account,
    client,
    proxy,
    manager: another(),
    another,
    operations: () => proxy.requests.map(operationOf),
    async [Symbol.asyncDispose]() {
      client.destroy();
      await proxy[Symbol.asyncDispose]();
    },
  };
}

/** `GetSecretValue`: AWS's JSON protocol names it in a header. */
export function operationOf({ headers }: Pick<FaultProxy['requests'][number], 'headers'>): string {
  return String(headers['x-amz-target']).replace('secretsmanager.', '');
}
