import { channel } from 'node:diagnostics_channel';
import type { CredentialEvent } from './credential-event.ts';
import { listenEverywhere } from './refreshing/event-hub.ts';

/** The channel's name: what `node:diagnostics_channel` subscribers ask for. */
export const CREDENTIAL_EVENTS = 'keyturn:credential';

const events = channel(CREDENTIAL_EVENTS);
let publishers = 0;
let stopListening: (() => void) | undefined;

/**
 * Publishes the events of all providers of this process, as `CredentialEvent`s, on the diagnostics channel
 * `keyturn:credential`. They carry no values. The answer ends it.
 *
 * However often it is called, each event is published once, until every answer was called.
 */
export function publishDiagnostics(): () => void {
  publishers += 1;
  stopListening ??= listenEverywhere(publish);
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    publishers -= 1;
    if (publishers > 0) return;
    stopListening?.();
    stopListening = undefined;
  };
}

function publish(event: CredentialEvent): void {
  events.publish(event);
}
