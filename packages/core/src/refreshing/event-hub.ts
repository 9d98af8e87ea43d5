import type { CredentialEvent, CredentialEventListener } from '../credential-event.ts';

/** Listeners of every provider of the process; `@keyturn/core/diagnostics` is one. */
const everywhere = new Set<CredentialEventListener>();

/** Hears the events of all providers, made before or after; the answer ends it. */
export function listenEverywhere(listener: CredentialEventListener): () => void {
  everywhere.add(listener);
  return () => {
    everywhere.delete(listener);
  };
}

/** Tells one provider's listeners, then those of the process. */
export function emit(listeners: ReadonlySet<CredentialEventListener> | undefined, event: CredentialEvent): void {
  for (const listener of listeners ?? []) tell(listener, event);
  for (const listener of everywhere) tell(listener, event);
}

/** A listener's bug must not break a credential, nor stay unheard: as with an EventTarget it becomes an uncaught exception. */
function tell(listener: CredentialEventListener, event: CredentialEvent): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
