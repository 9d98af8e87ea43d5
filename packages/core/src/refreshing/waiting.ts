import { abortError } from '../abort-error.ts';
import type { Clock } from '../clock.ts';

/** `promise`, but given up as soon as `signal` aborts; what happens to `promise` after that is not this caller's. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, source: string): Promise<T> {
  if (signal === undefined) return promise;
  if (signal.aborted) return Promise.reject(abortError(signal, source));
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(abortError(signal, source));
    const stopListening = () => signal.removeEventListener('abort', giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    void promise.then(resolve, reject).then(stopListening);
  });
}

/** Resolves after `ms`, or as soon as `signal` aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.setTimer(wake, ms);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
