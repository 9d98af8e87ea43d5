import { checkStage, checkVersionId, secretId } from './secret-id.ts';
import type { VersionRequest } from './version-reader.ts';

export interface SecretOptions {
  /** Staging label of the version. Default: `AWSCURRENT`, the only one that is fetched in batches. */
  readonly stage?: string;
  /** One version, for good. */
  readonly versionId?: string;
  /** Default: the region of the ARN, else that of `secretsManager`. The agent asks its own region only. */
  readonly region?: string;
}

/** @throws {CredentialError} `invalid_reference` where AWS would refuse it */
export function versionRequest(id: string, { stage, versionId, region }: SecretOptions): VersionRequest {
  if (stage !== undefined) checkStage(stage);
  if (versionId !== undefined) checkVersionId(versionId);
  return {
    id: secretId(id, region),
    ...(stage !== undefined && stage !== 'AWSCURRENT' && { stage }),
    ...(versionId !== undefined && { versionId }),
  };
}

/** Whether something else than what is current is asked for, whatever becomes of it. */
export function isPinned({ stage, versionId }: VersionRequest): boolean {
  return stage !== undefined || versionId !== undefined;
}
