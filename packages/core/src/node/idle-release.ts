import type { ChunkRedactor } from '../redactor.ts';

/** Long enough for the rest of a line that is written in pieces, short enough not to be noticed at a prompt. */
const PAUSE_MS = 50;

/**
 * Lets a prompt appear whose last bytes could begin a secret: what little is held back is given out if nothing is
 * written for a while. The timer does not keep the process alive.
 * @returns what is to be called after each write
 */
export function idleRelease(chunks: ChunkRedactor, give: (bytes: Uint8Array) => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(timer);
    if (chunks.heldBytes === 0) return;
    timer = setTimeout(() => {
      const released = chunks.release();
      if (released.length > 0) give(released);
    }, PAUSE_MS).unref();
  };
}
