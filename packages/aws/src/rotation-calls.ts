import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { isCredentialError, type Secret, type StoredVersion, secret } from '@keyturn/core';
import type { Tag } from './rotation-marks.ts';
import type { SdkCall, SdkClients } from './sdk-clients.ts';
import type { SecretId } from './secret-id.ts';

/** The calls of a rotation, each one request to one secret. All throw `CredentialError`. */
export interface RotationCalls {
  describe(): Promise<DescribeSecretResponse>;
  /** `undefined` where there is no such version. */
  get(versionId: string): Promise<StoredVersion | undefined>;
  put(versionId: string, value: Secret, stage: string): Promise<void>;
  /** Moves a staging label, or takes it off where there is no `to`; refused where `from` does not carry it. */
  moveLabel(label: string, move: { readonly from: string | undefined; readonly to: string | undefined }): Promise<void>;
  tag(tag: Tag): Promise<void>;
  untag(keys: readonly string[]): Promise<void>;
}

export function rotationCalls(clients: SdkClients, { text, region }: SecretId, source: string): RotationCalls {
  const call = <T>(operation: string, send: SdkCall<T>) =>
    clients.call({ operation, source, region, signal: new AbortController().signal }, send);
  const SecretId = text;
  return {
    describe: () =>
      call('DescribeSecret', (client, sdk, options) =>
        client.send(new sdk.DescribeSecretCommand({ SecretId }), options),
      ),
    async get(VersionId) {
      try {
        const { SecretString, SecretBinary } = await call('GetSecretValue', (client, sdk, options) =>
          client.send(new sdk.GetSecretValueCommand({ SecretId, VersionId }), options),
        );
        return { version: VersionId, value: secret(SecretString ?? SecretBinary ?? '') };
      } catch (error) {
        if (isCredentialError(error, 'not_found')) return undefined;
        throw error;
      }
    },
    async put(ClientRequestToken, value, stage) {
      const input = { SecretId, ClientRequestToken, VersionStages: [stage], ...contentOf(value) };
      await call('PutSecretValue', (client, sdk, options) =>
        client.send(new sdk.PutSecretValueCommand(input), options),
      );
    },
    async moveLabel(VersionStage, { from, to }) {
      const input = { SecretId, VersionStage, RemoveFromVersionId: from, MoveToVersionId: to };
      await call('UpdateSecretVersionStage', (client, sdk, options) =>
        client.send(new sdk.UpdateSecretVersionStageCommand(input), options),
      );
    },
    async tag({ Key, Value }) {
      const input = { SecretId, Tags: [{ Key, Value }] };
      await call('TagResource', (client, sdk, options) => client.send(new sdk.TagResourceCommand(input), options));
    },
    async untag(keys) {
      if (keys.length === 0) return;
      const input = { SecretId, TagKeys: [...keys] };
      await call('UntagResource', (client, sdk, options) => client.send(new sdk.UntagResourceCommand(input), options));
    },
  };
}

/** Bytes that are no text are stored as `SecretBinary`. */
function contentOf(value: Secret): { readonly SecretString: string } | { readonly SecretBinary: Uint8Array } {
  try {
    return { SecretString: value.reveal() };
  } catch {
    // What was thrown says no more than that it is no text.
    return { SecretBinary: value.revealBytes() };
  }
}
