import type { ChunkRedactor } from '../redactor.ts';

/** Long enough for the rest of a line that is written in pieces, short enough not to be noticed at a prompt. */
const PAUSE_MS = 50;

interface IdleRelease {
  /** To be called after each write: gives out what little is held back if nothing is written for a while. */
  restart(): void;
  cancel(): void;
}

/** Lets a prompt appear whose last bytes could begin a secret. The timer does not keep the process alive. */
export function idleRelease(chunks: ChunkRedactor, give: (bytes: Uint8Array) => void): IdleRelease {
  let timer: NodeJS.Timeout | undefined;
  function cancel(): void {
    clearTimeout(timer);
    timer = undefined;
  }
  return {
    cancel,
    restart() {
      cancel();
      if (chunks.heldBytes === 0) return;
      timer = setTimeout(() => {
        const released = chunks.release();
        if (released.length > 0) give(released);
      }, PAUSE_MS).unref();
    },
  };
}
