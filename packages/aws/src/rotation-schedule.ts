import { type Credential, type FetchContext, isCredentialError } from '@keyturn/core';
import type { SecretId } from './secret-id.ts';
import type { VersionReader } from './version-reader.ts';

/** A first credential comes without its schedule, which costs a call; it is asked for again this soon to learn it. */
const LEARN_AFTER_MS = 60_000;

export interface RotationSchedule {
  /** `current`, with the moment from which on a newer version is likely. */
  hint(current: Credential, context: FetchContext): Promise<Credential>;
}

/**
 * What DescribeSecret says of the next rotation: asked for once per version, and never by who waits for a first
 * secret. A refresh has somebody's value in hand, so nobody waits for the second call.
 */
export function rotationSchedule(id: SecretId, reader: VersionReader): RotationSchedule {
  let known: { readonly version: string | undefined; readonly next: Date | undefined } | undefined;

  const learn = async ({ version }: Credential, context: FetchContext) => {
    try {
      known = { version, next: await reader.nextRotation?.(id, context) };
    } catch (error) {
      if (context.signal.aborted) throw error;
      // The schedule is a convenience. A denial is an answer too; any other failure is asked again at the next refresh.
      if (isCredentialError(error, 'access_denied')) known = { version, next: undefined };
    }
  };

  return {
    async hint(current, context) {
      const { previous, clock } = context;
      if (reader.nextRotation === undefined) return current;
      if (known?.version !== current.version && previous !== undefined) await learn(current, context);
      const next = known?.version === current.version ? known?.next : undefined;
      const soon = previous === undefined && known?.version !== current.version;
      const refreshAt = soon ? new Date(clock.now() + LEARN_AFTER_MS) : next;
      return refreshAt !== undefined && refreshAt.getTime() > clock.now() ? { ...current, refreshAt } : current;
    },
  };
}
