import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CredentialError,
  type CredentialProvider,
  type CredentialSource,
  type ReferenceScheme,
  type RotationStore,
  type Secret,
} from '@keyturn/core';
import { agentReader } from './agent-reader.ts';
import { referenceScheme } from './reference-scheme.ts';
import { secretRotationStore } from './rotation-store.ts';
import { sdkClients } from './sdk-clients.ts';
import { sdkReader } from './sdk-reader.ts';
import { checkRegion, secretId } from './secret-id.ts';
import { secretSource } from './secret-source.ts';
import { type SecretUse, type SecretUses, secretUses } from './secret-uses.ts';
import type { VersionReader } from './version-reader.ts';
import { isPinned, type SecretOptions, versionRequest } from './version-request.ts';

export interface SecretsManagerOptions {
  readonly backend?: 'sdk';
  /** Default: what the SDK finds, `AWS_REGION` first. The region of an ARN goes before it. */
  readonly region?: string;
  /** Where Secrets Manager listens: a VPC endpoint, LocalStack. Default: the public endpoint of the region. */
  readonly endpoint?: string;
  /** A client of the application's own: its credentials, its proxy. Give it `maxAttempts: 1`, since core retries. */
  readonly client?: SecretsManagerClient;
  /** How long one call may take, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

/** The AWS Secrets Manager Agent, or the AWS Parameters and Secrets Lambda extension. */
export interface AgentOptions {
  readonly backend: 'agent';
  /** Where it listens. Default: `http://localhost:2773`; `PARAMETERS_SECRETS_EXTENSION_HTTP_PORT` sets another port. */
  readonly endpoint?: string;
  /**
   * The token that keeps other programs of the machine out. Default: `AWS_TOKEN`, `AWS_SESSION_TOKEN` or
   * `AWS_CONTAINER_AUTHORIZATION_TOKEN`, or the content of the file that it names by `file://`.
   */
  readonly token?: Secret | CredentialProvider;
  /** How long one request may take, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

export interface SecretReader {
  /**
   * The secret with this name or ARN. `select(source, 'field')` picks a field of one that holds JSON.
   * @throws {CredentialError} `invalid_reference` at once, where AWS would refuse the id, the stage or the version
   */
  secret(id: string, options?: SecretOptions): CredentialSource;
  /** Lets `references()` understand `aws-sm://NAME-OR-ARN?stage=&version=&region=#field`. */
  readonly scheme: ReferenceScheme;
  /** What was asked of it so far: for `leastPrivilegePolicy`. */
  readonly uses: readonly SecretUse[];
}

export interface SecretsManager extends SecretReader {
  /**
   * The writable side of the secret with this name or ARN, for `rotate`. The secret must exist; it may be empty.
   * @throws {CredentialError} `invalid_reference` at once, where AWS would refuse the id
   */
  rotationStore(id: string, options?: Pick<SecretOptions, 'region'>): RotationStore;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Credentials of AWS Secrets Manager. Nothing is asked for, and nothing of the SDK loaded, before a source is fetched;
 * with `backend: 'agent'` the SDK is never loaded.
 * @throws {CredentialError} `invalid_reference` where the region or the endpoint is malformed
 */
export function secretsManager(options?: SecretsManagerOptions): SecretsManager;
export function secretsManager(options: SecretsManagerOptions | AgentOptions): SecretReader;
export function secretsManager(options: SecretsManagerOptions | AgentOptions = {}): SecretReader {
  return options.backend === 'agent' ? agentSecrets(options) : sdkSecrets(options);
}

function agentSecrets({ endpoint, token, timeoutMs = DEFAULT_TIMEOUT_MS, fetch }: AgentOptions): SecretReader {
  if (endpoint !== undefined) checkEndpoint(endpoint);
  const reader = secretReader(agentReader({ endpoint, token, timeoutMs, fetch }), secretUses());
  const secret: SecretReader['secret'] = (id, options) => {
    if (options?.region === undefined) return reader.secret(id, options);
    throw new CredentialError('invalid_reference', 'the agent asks its own region only', {
      source: 'aws',
      hint: 'leave the region out, or read by the SDK: without backend',
    });
  };
  return { ...reader, secret, scheme: referenceScheme(secret) };
}

function sdkSecrets({
  region,
  endpoint,
  client,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: SecretsManagerOptions): SecretsManager {
  if (region !== undefined) checkRegion(region);
  if (endpoint !== undefined) checkEndpoint(endpoint);
  const clients = sdkClients({ region, endpoint, client, timeoutMs });
  const uses = secretUses();
  return {
    ...secretReader(sdkReader(clients), uses),
    rotationStore(text, { region: own } = {}) {
      const id = secretId(text, own);
      uses.add(id, 'rotation');
      return secretRotationStore(id, clients);
    },
  };
}

function checkEndpoint(endpoint: string): void {
  const { protocol } = URL.parse(endpoint) ?? {};
  if (protocol === 'https:' || protocol === 'http:') return;
  throw new CredentialError('invalid_reference', 'the endpoint is no URL', {
    source: 'aws',
    hint: 'write it as https://host:port',
  });
}

function secretReader(reader: VersionReader, uses: SecretUses): SecretReader {
  const secret = (id: string, options: SecretOptions = {}) => {
    const request = versionRequest(id, options);
    uses.add(request.id, isPinned(request) ? 'version' : 'current');
    return secretSource(request, reader);
  };
  return { secret, scheme: referenceScheme(secret), uses: uses.list };
}
