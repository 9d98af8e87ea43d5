import type { CredentialState, CredentialStatus } from '../credential-provider.ts';
import type { CredentialSlot } from './credential-slot.ts';
import { hasPassed, readClock } from './deadline.ts';
import type { ProviderSettings } from './provider-options.ts';

export function providerStatus<V>(
  source: string,
  slot: CredentialSlot<V>,
  settings: ProviderSettings,
  usable: boolean,
): CredentialStatus {
  const { held, failure, refused, refusalPause } = slot;
  const pause = failure ?? (refused ? refusalPause : undefined);
  const now = readClock(settings.clock);
  const nextRefresh = pause?.until ?? held?.soft;
  const { version, createdAt, expiresAt } = held?.credential ?? {};
  const overdue = createdAt !== undefined && now.wall - createdAt.getTime() > settings.rotateAfterMs;
  return {
    source,
    state: stateOf(slot, settings, usable),
    ...(held !== undefined && { ageMs: now.mono - held.asked.mono }),
    ...(version !== undefined && { version }),
    ...(createdAt !== undefined && { createdAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(nextRefresh !== undefined && !slot.disposed && dateOf(nextRefresh.wall)),
    ...(overdue && { rotationOverdue: true as const }),
    failures: pause?.failures ?? 0,
    ...(pause !== undefined && { lastError: pause.error }),
  };
}

/** `maxAgeMs: Infinity` has no date. */
function dateOf(wall: number): { nextRefreshAt?: Date } {
  const nextRefreshAt = new Date(wall);
  return Number.isNaN(nextRefreshAt.getTime()) ? {} : { nextRefreshAt };
}

function stateOf<V>(slot: CredentialSlot<V>, settings: ProviderSettings, usable: boolean): CredentialState {
  const { held, failure, refused, disposed } = slot;
  if (disposed) return 'disposed';
  if (held === undefined) return failure === undefined ? 'pending' : 'failing';
  if (!refused && !hasPassed(held.fresh, settings.clock)) return 'fresh';
  return usable || failure === undefined ? 'stale' : 'failing';
}
