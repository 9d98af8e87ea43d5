import { CredentialError, isCredentialError, type RotationState, type RotationStore, type Secret } from '@keyturn/core';
import { type RotationCalls, rotationCalls } from './rotation-calls.ts';
import { attemptKey, attemptTag, checkAttemptId, revokeKey, revokeTag, versionOfAttempt } from './rotation-marks.ts';
import { type RotationSnapshot, snapshotOf } from './rotation-snapshot.ts';
import { readState } from './rotation-state.ts';
import type { SdkClients } from './sdk-clients.ts';
import type { SecretId } from './secret-id.ts';

/** PutSecretValue, `SecretString` and `SecretBinary`: 65536 bytes. */
const LARGEST_VALUE = 65_536;

const GO_ON = 'call rotate() again: it goes on with what there is';

interface Rotation {
  /** Names the store. */
  readonly name: string;
  readonly calls: RotationCalls;
  look(): Promise<RotationSnapshot>;
}

/**
 * Secrets Manager as the store of a rotation. What has to be remembered stands in the secret itself: versions and
 * staging labels as in AWS's own rotations, and tags. Every method looks first and then writes what is missing, in an
 * order in which each write by itself leaves a state to go on from.
 */
export function secretRotationStore(id: SecretId, clients: SdkClients): RotationStore {
  const name = `aws:${id.text}`;
  const calls = rotationCalls(clients, id, name);
  const rotation: Rotation = { name, calls, look: async () => snapshotOf(await calls.describe(), name) };
  return {
    name,
    read: () => read(rotation),
    begin: (attemptId) => begin(rotation, attemptId),
    stage: (attemptId, value) => stage(rotation, attemptId, value),
    promote: (attemptId, revokeAfter) => promote(rotation, attemptId, revokeAfter),
    discard: (attemptId) => discard(rotation, attemptId),
    rollBack: (revokeAfter) => rollBack(rotation, revokeAfter),
    finish: () => finish(rotation),
  };
}

/** Also ends what a killed run had all but done, so that the next one leaves nothing of it behind. */
async function read(rotation: Rotation): Promise<RotationState> {
  const snapshot = await rotation.look();
  await tidyUp(rotation, snapshot);
  return readState(snapshot, rotation.calls);
}

async function begin(rotation: Rotation, attemptId: string): Promise<string> {
  const { name, calls, look } = rotation;
  checkAttemptId(attemptId, name);
  const snapshot = await look();
  if (snapshot.attempt !== undefined) return snapshot.attempt.id;
  if (snapshot.isRotatedByAws) throw rotatedByAws(name);
  if (snapshot.pending !== undefined) throw pendingElsewhere(name, snapshot.pending);
  await tidyUp(rotation, snapshot);
  await calls.tag(attemptTag(attemptId, new Date()));
  // Of two that began at once both find both, and go on with the same one.
  return (await look()).attempt?.id ?? attemptId;
}

async function stage(rotation: Rotation, attemptId: string, value: Secret): Promise<void> {
  checkValue(value, rotation.name);
  const { version, pending } = await underWay(rotation, attemptId);
  if (pending !== undefined && pending !== version) throw pendingElsewhere(rotation.name, pending);
  await rotation.calls.put(version, value, 'AWSPENDING');
}

async function promote(rotation: Rotation, attemptId: string, revokeAfter: Date): Promise<void> {
  const { name, calls } = rotation;
  const snapshot = await underWay(rotation, attemptId);
  const { version, current, pending } = snapshot;
  if (version === current) {
    await tidyUp(rotation, snapshot);
  } else {
    if (pending !== undefined && pending !== version) throw pendingElsewhere(name, pending);
    if ((await calls.get(version)) === undefined) throw conflict(name, 'the attempt has staged nothing', GO_ON);
    if (current !== undefined) {
      await calls.tag(revokeTag({ version: current, after: revokeAfter, isRolledBack: false }));
    }
    // The one write that readers see. AWS refuses it where somebody else has moved the label since.
    await move(rotation, 'current', { from: current, to: version });
    if (pending === version) await move(rotation, 'pending', { from: version });
  }
  await calls.untag([attemptKey(attemptId)]);
}

async function discard(rotation: Rotation, attemptId: string): Promise<void> {
  const version = await versionOfAttempt(attemptId);
  const { pending } = await rotation.look();
  if (pending === version) await move(rotation, 'pending', { from: version });
  await rotation.calls.untag([attemptKey(attemptId)]);
}

async function rollBack(rotation: Rotation, revokeAfter: Date): Promise<void> {
  const { name, calls, look } = rotation;
  const snapshot = await look();
  const { current, previous, revocation } = snapshot;
  if (current === undefined || previous === undefined) {
    throw conflict(name, 'there is no previous version to go back to', 'rotate the secret instead');
  }
  await tidyUp(rotation, snapshot);
  const isDone = revocation?.version === previous && revocation.isRolledBack;
  if (isDone) return;
  await calls.tag(revokeTag({ version: current, after: revokeAfter, isRolledBack: true }));
  await move(rotation, 'current', { from: current, to: previous });
  await calls.untag([revokeKey(previous)]);
}

async function finish(rotation: Rotation): Promise<void> {
  const snapshot = await rotation.look();
  await tidyUp(rotation, snapshot);
  if (snapshot.revocation !== undefined) await rotation.calls.untag([revokeKey(snapshot.revocation.version)]);
}

async function tidyUp(rotation: Rotation, { leftovers }: RotationSnapshot): Promise<void> {
  if (leftovers.pending !== undefined) await move(rotation, 'pending', { from: leftovers.pending });
  await rotation.calls.untag(leftovers.tagKeys);
}

const LABELS = { current: 'AWSCURRENT', pending: 'AWSPENDING' } as const;

/** Moves a label, or takes it off; that somebody else has just done the same is fine. */
async function move(
  { name, calls, look }: Rotation,
  label: keyof typeof LABELS,
  { from, to }: { readonly from: string | undefined; readonly to?: string },
): Promise<void> {
  try {
    await calls.moveLabel(LABELS[label], { from, to });
  } catch (error) {
    if (!isCredentialError(error, 'invalid_reference', 'conflict')) throw error;
    const holder = (await look())[label];
    const isDone = to === undefined ? holder !== from : holder === to;
    if (!isDone) throw conflict(name, `${LABELS[label]} has been moved by somebody else`, GO_ON);
  }
}

/** The secret as it is, where this attempt is the one under way or is over because it was promoted. */
async function underWay({ name, look }: Rotation, attemptId: string): Promise<RotationSnapshot & { version: string }> {
  const version = await versionOfAttempt(attemptId);
  const snapshot = await look();
  if (snapshot.attempt?.id === attemptId || snapshot.current === version) return { ...snapshot, version };
  throw conflict(name, 'another attempt is under way, or this one is over', GO_ON);
}

function checkValue(value: Secret, source: string): void {
  const { length } = value.revealBytes();
  if (length > 0 && length <= LARGEST_VALUE) return;
  throw new CredentialError('invalid_response', `the new value has ${length} bytes`, {
    source,
    hint: 'Secrets Manager stores 1 to 65,536 bytes',
  });
}

function rotatedByAws(source: string): CredentialError {
  const hint = 'turn one of the two off: aws secretsmanager cancel-rotate-secret --secret-id ID';
  return conflict(source, 'AWS rotates this secret by itself', hint);
}

function pendingElsewhere(source: string, version: string | undefined): CredentialError {
  return conflict(
    source,
    `another rotation of this secret is under way: AWSPENDING is on version ${version}`,
    'let it end; one that died: aws secretsmanager update-secret-version-stage --version-stage AWSPENDING --remove-from-version-id VERSION',
  );
}

function conflict(source: string, message: string, hint: string): CredentialError {
  return new CredentialError('conflict', message, { source, hint });
}
