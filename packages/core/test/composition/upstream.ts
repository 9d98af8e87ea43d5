import type { Clock } from '../../src/clock.ts';
import type { Credential } from '../../src/credential.ts';

/** A server that takes some credentials and refuses others with 401. */
interface Upstream {
  /** Whether it takes the text now. */
  accepts: (text: string) => boolean;
  /** The texts it was shown, in order. */
  readonly shown: readonly string[];
  /** Shows it a credential; it answers after `latencyMs` on the clock, judging at that moment. */
  readonly use: (credential: Credential) => Promise<Response>;
}

export function upstream(accepts: (text: string) => boolean, clock?: Clock, latencyMs = () => 0): Upstream {
  const shown: string[] = [];
  const server: Upstream = {
    accepts,
    shown,
    async use({ value }) {
      if (clock !== undefined) await new Promise<void>((resolve) => void clock.setTimer(resolve, latencyMs()));
      shown.push(value.reveal());
      return new Response('answer', { status: server.accepts(value.reveal()) ? 200 : 401 });
    },
  };
  return server;
}
