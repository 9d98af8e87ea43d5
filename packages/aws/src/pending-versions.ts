import { type Credential, type FetchContext, isCredentialError } from '@keyturn/core';
import { rememberedDenial } from './remembered-denial.ts';
import type { SecretId } from './secret-id.ts';
import type { VersionReader } from './version-reader.ts';

/** Longer than anybody waits for a rotation, so that two refused versions are not handed out in turns. */
const REFUSAL_MS = 900_000;

export interface PendingVersions {
  /** `current`, or the version that is to follow it where a server refuses the current one already. */
  insteadOf(current: Credential, rejected: Credential, context: FetchContext): Promise<Credential>;
  /** `current`, or the pending version in hand where a server has refused the current one. */
  stillInsteadOf(current: Credential, context: FetchContext): Promise<Credential>;
}

/**
 * A rotation that changes the password of a single user has a gap: the database accepts only the new password from the
 * moment it is set until AWSCURRENT is moved to it. In it the new one is to be had as AWSPENDING.
 */
export function pendingVersions(id: SecretId, reader: VersionReader): PendingVersions {
  const denial = rememberedDenial();
  const refusedAt = new Map<string | undefined, number>();

  const isRefused = ({ version }: Credential) => refusedAt.has(version);
  const forget = (now: number) => {
    for (const [version, at] of refusedAt) if (now - at > REFUSAL_MS) refusedAt.delete(version);
  };

  const readPending = async (context: FetchContext): Promise<Credential | undefined> => {
    if (denial.stands(context.clock)) return undefined;
    try {
      return await reader.read({ id, stage: 'AWSPENDING', fresh: true }, context);
    } catch (error) {
      if (context.signal.aborted) throw error;
      if (isCredentialError(error, 'access_denied')) denial.remember(context.clock);
      return undefined; // mostly there is none; the refusal of the current version is what the caller hears
    }
  };

  return {
    async insteadOf(current, rejected, context) {
      const now = context.clock.monotonic();
      forget(now);
      refusedAt.set(rejected.version, now);
      if (!isRefused(current)) return current;
      const pending = await readPending(context);
      if (pending === undefined) return current;
      return !isRefused(pending) || pending.version === rejected.version ? pending : current;
    },
    async stillInsteadOf(current, context) {
      const { previous, clock } = context;
      forget(clock.monotonic());
      if (previous === undefined || previous.version === current.version || !isRefused(current)) return current;
      const pending = await readPending(context);
      return pending !== undefined && pending.version === previous.version ? pending : current;
    },
  };
}
