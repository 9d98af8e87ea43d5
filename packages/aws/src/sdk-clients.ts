import type { SecretsManagerClient, SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { CredentialError } from '@keyturn/core';
import { callError } from './call-error.ts';
import type { Asked } from './exception-error.ts';
import { loginError, regionError } from './login-error.ts';
import { type CallLimits, withinDeadline } from './within-deadline.ts';

type Sdk = typeof import('@aws-sdk/client-secrets-manager');

/** One call, made with the client of its region. `options` must be handed to `client.send`. */
export type SdkCall<T> = (
  client: SecretsManagerClient,
  sdk: Sdk,
  options: { readonly abortSignal: AbortSignal },
) => Promise<T>;

export interface CallContext extends Asked {
  /** Absent: the default one. */
  readonly region?: string | undefined;
  readonly signal: AbortSignal;
  /** Milliseconds, where it is not that of all calls. */
  readonly timeoutMs?: number;
}

export interface SdkClients {
  /** The region to ask for a secret in, as far as it is known before the SDK is loaded. */
  regionOf(id: { readonly region?: string | undefined }): Promise<string | undefined>;
  /** @throws {CredentialError} */
  call<T>(context: CallContext, send: SdkCall<T>): Promise<T>;
}

export interface ClientOptions {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly client?: SecretsManagerClient | undefined;
  readonly timeoutMs: number;
}

/** The SDK's clients, one for each region. Nothing of the SDK is loaded before the first call. */
export function sdkClients(options: ClientOptions): SdkClients {
  const clients = new Map<string | undefined, SecretsManagerClient>();
  const { client: given } = options;

  const regionOf: SdkClients['regionOf'] = async ({ region }) => region ?? options.region ?? defaultRegion(given);

  const clientOf = async (sdk: Sdk, region: string | undefined) => {
    if (given !== undefined && region === (await defaultRegion(given))) return given;
    const client = clients.get(region) ?? new sdk.SecretsManagerClient(configuration(options, region));
    clients.set(region, client);
    return client;
  };

  return {
    regionOf,
    call: (context, send) => {
      const limits: CallLimits = { ...context, timeoutMs: context.timeoutMs ?? options.timeoutMs };
      return withinDeadline(limits, async (abortSignal) => {
        const sdk = await loadSdk(context);
        const client = await clientOf(sdk, await regionOf(context));
        await logIn(client, context, given !== undefined);
        try {
          return await send(client, sdk, { abortSignal });
        } catch (thrown) {
          throw await callError(thrown, context);
        }
      });
    },
  };
}

/** The default region, found out here so that names and ARNs of one region share a client and a batch. */
async function defaultRegion(given: SecretsManagerClient | undefined): Promise<string | undefined> {
  if (given === undefined) return process.env['AWS_REGION'] || undefined;
  return given.config.region().catch(() => undefined); // its calls fail by it, and say so
}

/** Of a client in another region than the one that was given: the same login and way out. */
function configuration({ client, endpoint }: ClientOptions, region: string | undefined): SecretsManagerClientConfig {
  const common = region === undefined ? {} : { region };
  if (client === undefined) return { ...common, maxAttempts: 1, ...(endpoint !== undefined && { endpoint }) };
  const { credentials, requestHandler, maxAttempts, endpoint: custom } = client.config;
  return { ...common, credentials, requestHandler, maxAttempts, ...(custom !== undefined && { endpoint: custom }) };
}

async function loadSdk({ source }: Asked): Promise<Sdk> {
  try {
    return await import('@aws-sdk/client-secrets-manager');
  } catch {
    // What is thrown names paths of this machine, and helps nobody who has the hint.
    throw new CredentialError('invalid_response', 'the AWS SDK cannot be loaded', {
      source,
      hint: 'npm i @aws-sdk/client-secrets-manager; a bundler has to include it or leave it external',
    });
  }
}

/** What the SDK would do at the first step of a call; done before it, a login that fails is told from a call that does. */
async function logIn({ config }: SecretsManagerClient, asked: Asked, given: boolean): Promise<void> {
  try {
    await config.region();
  } catch {
    throw await regionError(asked);
  }
  try {
    await config.credentials();
  } catch (thrown) {
    throw await loginError(thrown, asked, given);
  }
}
