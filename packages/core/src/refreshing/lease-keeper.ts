import type { Clock } from '../clock.ts';
import type { Credential } from '../credential.ts';
import { CredentialError } from '../credential-error.ts';
import type { CredentialSource } from '../credential-source.ts';
import { after, readClock } from './deadline.ts';
import { toCredentialError } from './fetch-attempt.ts';
import { sharedTimer } from './shared-timer.ts';
import { withDeadline } from './with-deadline.ts';

/** Gives back what a source minted: each lease once, and a replaced one only after the overlap. */
export interface LeaseKeeper<V> {
  /** Releases the credential's lease when the overlap is over. */
  retire(credential: Credential<V>): void;
  /** Releases it now; once per lease, however often it is asked. Never fails. */
  release(credential: Credential<V>): Promise<void>;
  /** Releases everything that was retired and still waits. */
  releaseRetired(): Promise<void>;
}

export interface LeaseKeeperOptions<V> {
  readonly source: CredentialSource<V>;
  readonly clock: Clock;
  readonly overlapMs: number;
  readonly timeoutMs: number;
  /** Hears the outcome of each release. */
  readonly onReleased: (error?: CredentialError) => void;
}

export function leaseKeeper<V>(options: LeaseKeeperOptions<V>): LeaseKeeper<V> {
  const { source, clock, overlapMs, timeoutMs, onReleased } = options;
  const released = new WeakSet<object>();
  const retired = new Map<Credential<V>, () => void>();
  const onTimeout = () =>
    new CredentialError('timed_out', 'the lease could not be released in time', { source: source.name });

  async function release(credential: Credential<V>): Promise<void> {
    retired.get(credential)?.();
    retired.delete(credential);
    const { lease } = credential;
    if (lease === undefined || source.release === undefined || released.has(lease)) return;
    released.add(lease);
    try {
      await withDeadline({ clock, timeoutMs, onTimeout }, async (signal) => source.release?.(credential, { signal }));
      onReleased();
    } catch (error) {
      onReleased(toCredentialError(error, source.name));
    }
  }

  return {
    release,
    retire(credential) {
      if (credential.lease === undefined || source.release === undefined) return;
      const due = after(readClock(clock), overlapMs);
      retired.set(
        credential,
        sharedTimer(clock).schedule(due, () => void release(credential)),
      );
    },
    async releaseRetired() {
      await Promise.all([...retired.keys()].map(release));
    },
  };
}
