import type { Clock } from '../clock.ts';
import type { CredentialError } from '../credential-error.ts';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What the call fails with when the time is up. */
  readonly onTimeout: () => CredentialError;
  /** Ends the call early, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs `call` until it settles, the time is up or the signal aborts, whether or not `call` heeds the signal it is given. */
export async function withDeadline<T>(options: DeadlineOptions, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, timeoutMs, onTimeout, signal } = options;
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown) => {
    controller.abort(reason);
    reject(reason);
  };
  const cancelTimer = clock.setTimer(() => end(onTimeout()), timeoutMs);
  const onAbort = () => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  try {
    return await Promise.race([call(controller.signal), ended]);
  } finally {
    cancelTimer();
    signal?.removeEventListener('abort', onAbort);
  }
}
