import type { Redactor } from '../redactor.ts';
import { type Guard, guardOf } from './guard.ts';
import { guardStream } from './guard-stream.ts';
import { maskUncaught } from './mask-uncaught.ts';

/**
 * Makes everything that this thread prints pass `redactor` first: `process.stdout` and `process.stderr`, and with
 * them `console`, warnings, `NODE_DEBUG` and loggers that write there, and the error that ends the process.
 *
 * A worker thread prints through the main thread's streams, but has secrets of its own: call this there too.
 * Not seen: see `guardStream`; and a thrown value that is no object.
 */
export function guardConsole(redactor: Redactor): Guard {
  const undo = [guardStream(process.stdout, redactor), guardStream(process.stderr, redactor), maskUncaught(redactor)];
  return guardOf(() => {
    for (const step of undo.reverse()) step();
  });
}
