import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { attemptKey, type Revocation, readMarks, revokeKey, versionOfAttempt } from './rotation-marks.ts';

/** An attempt and the id that its version has, or will have. */
export interface Attempt {
  readonly id: string;
  readonly version: string;
}

/** What one DescribeSecret says of a rotation. Versions are ids. */
export interface RotationSnapshot {
  /** What carries AWSCURRENT. */
  readonly current: string | undefined;
  /** What carries AWSPREVIOUS. */
  readonly previous: string | undefined;
  /** What carries AWSPENDING and is not current: a current one says that its rotation is over. */
  readonly pending: string | undefined;
  /** The first of those under way: the only one that may be staged and promoted. */
  readonly attempt: Attempt | undefined;
  /** What is to be revoked next: the previous version, else an older one. */
  readonly revocation: Revocation | undefined;
  /** What says nothing any more, since a run ended before it could take it away. */
  readonly leftovers: Leftovers;
  /** AWS rotates the secret by itself. */
  readonly isRotatedByAws: boolean;
}

export interface Leftovers {
  readonly tagKeys: readonly string[];
  /** AWSPENDING on the version that an attempt made current. */
  readonly pending: string | undefined;
}

/** @throws {CredentialError} `invalid_response` where a tag was changed by hand */
export async function snapshotOf(described: DescribeSecretResponse, source: string): Promise<RotationSnapshot> {
  const { Tags = [], VersionIdsToStages = {}, RotationEnabled } = described;
  const holder = (label: string) =>
    Object.keys(VersionIdsToStages).find((version) => VersionIdsToStages[version]?.includes(label));
  const [current, previous, pending] = [holder('AWSCURRENT'), holder('AWSPREVIOUS'), holder('AWSPENDING')];
  const marks = readMarks(Tags, source);
  const begun = await Promise.all(marks.attempts.map(async (id) => ({ id, version: await versionOfAttempt(id) })));
  const over = begun.filter(({ version }) => version === current || version === previous);
  const attempt = begun.find((candidate) => !over.includes(candidate));
  // A version is marked before it is replaced, and the mark of a current one means nothing until then.
  const replaced = marks.revocations.filter(({ version }) => version !== current);
  const pointless = marks.revocations.filter(({ version }) => version === current && attempt === undefined);
  return {
    current,
    previous,
    pending: pending === current ? undefined : pending,
    attempt,
    revocation: replaced.find(({ version }) => version === previous) ?? replaced[0],
    leftovers: {
      tagKeys: [...over.map(({ id }) => attemptKey(id)), ...pointless.map(({ version }) => revokeKey(version))],
      pending: over.some(({ version }) => version === current && version === pending) ? pending : undefined,
    },
    isRotatedByAws: RotationEnabled === true,
  };
}
