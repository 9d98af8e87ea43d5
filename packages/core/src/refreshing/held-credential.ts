import type { Credential } from '../credential.ts';
import type { Deadline } from './deadline.ts';
import { type LifetimeOptions, lifetimeOf } from './lifetime.ts';

/** The credential in hand, with everything `get` needs to know about it. */
export interface HeldCredential<V> {
  readonly credential: Credential<V>;
  /** One settled promise for all callers. */
  readonly settled: Promise<Credential<V>>;
  /** The moment before it was asked for. */
  readonly asked: Deadline;
  readonly soft: Deadline;
  readonly fresh: Deadline;
  readonly hard: Deadline;
  readonly aheadMs: number;
  /** Ends the watch over `superseded`. */
  unwatch?: () => void;
}

export function holdCredential<V>(
  credential: Credential<V>,
  options: LifetimeOptions,
  asked: Deadline,
  arrived: Deadline,
): HeldCredential<V> {
  const settled = Promise.resolve(credential);
  return { credential, settled, asked, ...lifetimeOf(credential, options, asked, arrived) };
}

/** Calls `onSuperseded` when the source takes the credential back, at once where it already has. */
export function watchSuperseded(held: HeldCredential<unknown>, onSuperseded: () => void): void {
  const signal = held.credential.superseded;
  if (signal === undefined) return;
  if (signal.aborted) {
    onSuperseded();
    return;
  }
  signal.addEventListener('abort', onSuperseded, { once: true });
  held.unwatch = () => signal.removeEventListener('abort', onSuperseded);
}
