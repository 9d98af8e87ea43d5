import { batched, type FetchOne, type Secret } from '@keyturn/core';
import { BATCH_SIZE, batchFetch } from './batch-fetch.ts';
import type { SdkClients } from './sdk-clients.ts';
import type { SecretId } from './secret-id.ts';
import { sourceName } from './secret-name.ts';
import { type StoredVersion, toCredential } from './stored-version.ts';
import type { ReadContext, VersionReader, VersionRequest } from './version-reader.ts';
import { isPinned } from './version-request.ts';

/** `nextRotation` is a hint: who waits for a secret does not wait long for it. */
const DESCRIBE_TIMEOUT_MS = 1_000;

/** Reads by the SDK. Current versions that are asked for in one turn go out together. */
export function sdkReader(clients: SdkClients): VersionReader {
  const readOne = (request: VersionRequest, context: ReadContext) => getSecretValue(clients, request, context);
  const batches = new Map<string | undefined, FetchOne<SecretId, Secret>>();

  const batchOf = (region: string | undefined) => {
    const known = batches.get(region);
    if (known !== undefined) return known;
    const fetchMany = batchFetch({ clients, region, readOne: (id, context) => readOne({ id }, context) });
    const batch = batched({ name: 'aws', maxSize: BATCH_SIZE, keyOf: ({ text }: SecretId) => text, fetchMany });
    batches.set(region, batch);
    return batch;
  };

  return {
    async read(request, context) {
      if (!isPinned(request)) return batchOf(await clients.regionOf(request.id))(request.id, context);
      return toCredential(await readOne(request, context), request, context);
    },
    async nextRotation(id, { signal }) {
      const asked = { operation: 'DescribeSecret', source: sourceName({ id }), region: id.region };
      const described = await clients.call(
        { ...asked, signal, timeoutMs: DESCRIBE_TIMEOUT_MS },
        (client, sdk, options) => client.send(new sdk.DescribeSecretCommand({ SecretId: id.text }), options),
      );
      return described.RotationEnabled === false ? undefined : described.NextRotationDate;
    },
  };
}

function getSecretValue(
  clients: SdkClients,
  request: VersionRequest,
  { signal }: Pick<ReadContext, 'signal'>,
): Promise<StoredVersion> {
  const { id, stage, versionId } = request;
  const asked = { operation: 'GetSecretValue', source: sourceName(request), region: id.region };
  return clients.call({ ...asked, signal }, (client, sdk, options) =>
    client.send(
      new sdk.GetSecretValueCommand({ SecretId: id.text, VersionStage: stage, VersionId: versionId }),
      options,
    ),
  );
}
