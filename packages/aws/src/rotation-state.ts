import type { RotationState } from '@keyturn/core';
import type { RotationCalls } from './rotation-calls.ts';
import type { RotationSnapshot } from './rotation-snapshot.ts';

/** The snapshot with the values of its versions, in the terms of the contract. */
export async function readState(snapshot: RotationSnapshot, calls: RotationCalls): Promise<RotationState> {
  const { attempt, revocation } = snapshot;
  const versionOf = async (version: string | undefined) => (version === undefined ? undefined : calls.get(version));
  const [current, previous, staged] = await Promise.all([
    versionOf(snapshot.current),
    // What has to be revoked may have lost its label: somebody else has put a version since.
    versionOf(revocation?.version ?? snapshot.previous),
    versionOf(attempt?.version),
  ]);
  return {
    ...(current !== undefined && { current }),
    ...(previous !== undefined && { previous }),
    ...(attempt !== undefined && { attempt: { id: attempt.id, ...(staged !== undefined && { staged }) } }),
    ...(revocation !== undefined && { revokeAfter: revocation.after }),
  };
}
