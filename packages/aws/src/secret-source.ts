import type { Credential, CredentialSource, FetchContext } from '@keyturn/core';
import { pendingVersions } from './pending-versions.ts';
import { rotationSchedule } from './rotation-schedule.ts';
import { sourceName } from './secret-name.ts';
import type { VersionReader, VersionRequest } from './version-reader.ts';
import { isPinned } from './version-request.ts';

/** A source for one version, or for whatever version is current. */
export function secretSource(request: VersionRequest, reader: VersionReader): CredentialSource {
  const fetchVersion = isPinned(request) ? pinnedFetch(request, reader) : currentFetch(request, reader);
  return {
    name: sourceName(request),
    fetch: async (context) => unchanged(await fetchVersion(context), context),
  };
}

type Fetch = (context: FetchContext) => Promise<Credential>;

/** A stage or version that was asked for is what is given, whatever becomes of it. */
function pinnedFetch(request: VersionRequest, reader: VersionReader): Fetch {
  return (context) => reader.read({ ...request, ...(context.rejected !== undefined && { fresh: true }) }, context);
}

function currentFetch(request: VersionRequest, reader: VersionReader): Fetch {
  const schedule = rotationSchedule(request.id, reader);
  const pending = pendingVersions(request.id, reader);
  return async (context) => {
    const { rejected } = context;
    if (rejected !== undefined) {
      const current = await reader.read({ ...request, fresh: true }, context);
      return pending.insteadOf(current, rejected, context);
    }
    const current = await reader.read(request, context);
    return schedule.hint(await pending.stillInsteadOf(current, context), context);
  };
}

/** The credential in hand itself, where nothing about it has changed and nobody refused it. */
function unchanged(fetched: Credential, { previous, rejected }: FetchContext): Credential {
  if (previous === undefined || rejected !== undefined) return fetched;
  const isSame =
    previous.version === fetched.version &&
    previous.refreshAt?.getTime() === fetched.refreshAt?.getTime() &&
    sameBytes(previous.value.revealBytes(), fetched.value.revealBytes());
  return isSame ? previous : fetched;
}

/** AWS never changes a version; a secret that was deleted and made again may bring its version ids along. */
function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
