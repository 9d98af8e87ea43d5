import type { Writable } from 'node:stream';
import type { Redactor } from '../redactor.ts';
import { atExit } from './at-exit.ts';
import { type Guard, guardOf } from './guard.ts';
import { idleRelease } from './idle-release.ts';
import { replaceMethods } from './replace-methods.ts';

/** The forms of `write` and `end` that a `Writable` takes, in one. */
type Write = (chunk: unknown, encodingOrDone?: unknown, done?: unknown) => boolean;
type End = (done?: unknown) => Writable;

/**
 * Makes everything that is written to `stream` pass `redactor` first. `write` and `end` keep their forms, their
 * callbacks and what they return. Guards may be nested, and undone in any order.
 *
 * A secret that is split over several writes is caught: the bytes that could begin one wait for the next write, for
 * the end, the exit of the process or the undoing of the guard. Fewer than 8 of them wait 50 ms at most, so that a
 * prompt appears; the rest of a secret that did begin there is masked all the same.
 *
 * What does not go through `write` is not seen: `fs.writeSync(2, ...)`, `process._rawDebug`, a child process with
 * inherited stdio.
 */
export function guardStream(stream: Writable, redactor: Redactor): Guard {
  const chunks = redactor.chunks();
  const write = stream.write.bind(stream) as Write;
  const end = stream.end.bind(stream) as End;
  let active = true;
  let exiting = false;

  function guardedWrite(chunk: unknown, encodingOrDone?: unknown, done?: unknown): boolean {
    const bytes = active ? bytesOf(chunk, encodingOrDone) : undefined;
    if (bytes === undefined) return write(chunk, encodingOrDone, done);
    const decided = chunks.push(bytes);
    releaseWhenIdle();
    const accepted = write(decided, typeof encodingOrDone === 'function' ? encodingOrDone : done);
    if (exiting) flush();
    return accepted;
  }

  function guardedEnd(...given: unknown[]): Writable {
    const [chunk, encoding] = given.filter((argument) => typeof argument !== 'function');
    if (chunk !== undefined && chunk !== null) guardedWrite(chunk, encoding);
    flush();
    return end(given.find((argument) => typeof argument === 'function'));
  }

  function flush(): void {
    const rest = chunks.end();
    if (rest.length > 0) write(rest);
  }

  const releaseWhenIdle = idleRelease(chunks, write);
  const restore = replaceMethods(stream, { write: guardedWrite, end: guardedEnd });
  const forgetExit = atExit(() => {
    exiting = true;
    flush();
  });
  stream.once('close', forgetExit);

  return guardOf(() => {
    flush();
    active = false;
    restore();
    forgetExit();
    stream.off('close', forgetExit);
  });
}

/** `undefined` for what is no text and no bytes: an object stream's object, or a mistake that the stream reports. */
function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (typeof chunk === 'string') {
    return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
  }
  return ArrayBuffer.isView(chunk) ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength) : undefined;
}
