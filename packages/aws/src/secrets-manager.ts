import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CredentialSource } from '@keyturn/core';
import { sdkClients } from './sdk-clients.ts';
import { sdkReader } from './sdk-reader.ts';
import { checkRegion, checkStage, checkVersionId, secretId } from './secret-id.ts';
import { secretSource } from './secret-source.ts';

export interface SecretsManagerOptions {
  /** Default: what the SDK finds, `AWS_REGION` first. The region of an ARN goes before it. */
  readonly region?: string;
  /** Where Secrets Manager listens: a VPC endpoint, LocalStack. Default: the public endpoint of the region. */
  readonly endpoint?: string;
  /** A client of the application's own: its credentials, its proxy. Give it `maxAttempts: 1`, since core retries. */
  readonly client?: SecretsManagerClient;
  /** How long one call may take, in milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

export interface SecretOptions {
  /** Staging label of the version. Default: `AWSCURRENT`, the only one that is fetched in batches. */
  readonly stage?: string;
  /** One version, for good. */
  readonly versionId?: string;
  /** Default: the region of the ARN, else that of `secretsManager`. */
  readonly region?: string;
}

export interface SecretsManager {
  /**
   * The secret with this name or ARN. `select(source, 'field')` picks a field of one that holds JSON.
   * @throws {CredentialError} `invalid_reference` at once, where AWS would refuse the id, the stage or the version
   */
  secret(id: string, options?: SecretOptions): CredentialSource;
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** Credentials of AWS Secrets Manager. Nothing is asked for, and nothing of the SDK loaded, until a source is fetched. */
export function secretsManager(options: SecretsManagerOptions = {}): SecretsManager {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, region, endpoint, client } = options;
  if (region !== undefined) checkRegion(region);
  const reader = sdkReader(sdkClients({ region, endpoint, client, timeoutMs }));
  return {
    secret(id, { stage, versionId, region: own } = {}) {
      if (stage !== undefined) checkStage(stage);
      if (versionId !== undefined) checkVersionId(versionId);
      const pinned = {
        ...(stage !== undefined && stage !== 'AWSCURRENT' && { stage }),
        ...(versionId !== undefined && { versionId }),
      };
      return secretSource({ id: secretId(id, own), ...pinned }, reader);
    },
  };
}
