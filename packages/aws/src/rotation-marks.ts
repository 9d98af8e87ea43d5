import { CredentialError } from '@keyturn/core';

/**
 * What a rotation has to remember stands in tags of the secret, so that any machine can go on with it:
 * `keyturn:attempt:ID` is an attempt and when it began, `keyturn:revoke:VERSION` a replaced version and from when on it
 * may be revoked. One tag for each, so that nobody overwrites what another machine wrote.
 */
const ATTEMPT = 'keyturn:attempt:';
const REVOKE = 'keyturn:revoke:';

/** What marks a version that was given up, so that a second `rollBack` is known from a first one. */
const ROLLED_BACK = ' rolled back';

/** The characters of a tag's key, and as many of them as leave room for the prefix. TagResource, `Tags`. */
const ATTEMPT_ID = /^[\w.:/=+@-]{1,100}$/;
/** PutSecretValue, `ClientRequestToken`: it becomes the id of the new version. */
const TOKEN = /^[\w-]{32,64}$/;

export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export interface Marks {
  /** Attempts that were begun, the oldest first; the same order on every machine. */
  readonly attempts: readonly string[];
  readonly revocations: readonly Revocation[];
}

export interface Revocation {
  readonly version: string;
  readonly after: Date;
  readonly isRolledBack: boolean;
}

/** @throws {CredentialError} `invalid_response` where a tag holds no date */
export function readMarks(tags: readonly Tag[], source: string): Marks {
  return {
    attempts: withPrefix(tags, ATTEMPT)
      .sort((one, other) => compare(one.value, other.value) || compare(one.rest, other.rest))
      .map(({ rest }) => rest),
    revocations: withPrefix(tags, REVOKE).map(({ rest, value }) => ({
      version: rest,
      after: dateOf(value.replace(ROLLED_BACK, ''), REVOKE + rest, source),
      isRolledBack: value.endsWith(ROLLED_BACK),
    })),
  };
}

function dateOf(text: string, key: string, source: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new CredentialError('invalid_response', `the tag ${key} holds no date`, {
    source,
    hint: 'set it to when that version may be revoked, as 2030-01-31T00:00:00.000Z, or remove it where it is revoked',
  });
}

/** The key of an attempt's tag. */
export const attemptKey = (attemptId: string) => ATTEMPT + attemptId;
/** The key of the tag of a version to revoke. */
export const revokeKey = (version: string) => REVOKE + version;

export function attemptTag(attemptId: string, begunAt: Date): Tag {
  return { Key: attemptKey(attemptId), Value: begunAt.toISOString() };
}

export function revokeTag({ version, after, isRolledBack }: Revocation): Tag {
  return { Key: revokeKey(version), Value: `${after.toISOString()}${isRolledBack ? ROLLED_BACK : ''}` };
}

/** @throws {CredentialError} `invalid_reference` where the id cannot stand in a tag */
export function checkAttemptId(attemptId: string, source: string): void {
  if (ATTEMPT_ID.test(attemptId)) return;
  throw new CredentialError('invalid_reference', 'the id of the attempt cannot stand in the key of a tag', {
    source,
    hint: 'use a UUID',
  });
}

/** The id of the version that an attempt stages: the attempt's own where AWS takes it for one, else a digest of it. */
export async function versionOfAttempt(attemptId: string): Promise<string> {
  if (TOKEN.test(attemptId)) return attemptId;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(attemptId));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function withPrefix(tags: readonly Tag[], prefix: string): { readonly rest: string; readonly value: string }[] {
  return tags.flatMap(({ Key = '', Value = '' }) =>
    Key.startsWith(prefix) ? [{ rest: Key.slice(prefix.length), value: Value }] : [],
  );
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
