import { channel } from 'node:diagnostics_channel';
import { listenEverywhere } from './refreshing/event-hub.ts';

/** The channel's name: what `node:diagnostics_channel` subscribers ask for. */
export const CREDENTIAL_EVENTS = 'keyturn:credential';

/**
 * Publishes the events of all providers of this process, as `CredentialEvent`s, on the diagnostics channel
 * `keyturn:credential`. They carry no values. The answer ends it.
 */
export function publishDiagnostics(): () => void {
  const events = channel(CREDENTIAL_EVENTS);
  return listenEverywhere((event) => {
    if (events.hasSubscribers) events.publish(event);
  });
}
