import { Transform } from 'node:stream';
import type { Redactor } from '../redactor.ts';
import { idleRelease } from './idle-release.ts';

/**
 * A stream of bytes without secrets: `child.stdout.pipe(redactingStream(redactor())).pipe(process.stdout)`.
 *
 * Secrets are found wherever the chunks are cut, those too that become known while the stream runs. Only bytes that
 * could begin a secret are held back; after 50 ms without input they are let go if they are fewer than 8, so
 * that a prompt appears, and the rest of a secret that did begin there is masked all the same.
 */
export function redactingStream(redactor: Redactor): Transform {
  const chunks = redactor.chunks();
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      stream.push(chunks.push(chunk));
      releaseWhenIdle();
      done();
    },
    flush(done) {
      stream.push(chunks.end());
      done();
    },
  });
  const releaseWhenIdle = idleRelease(chunks, (bytes) => stream.push(bytes));
  return stream;
}
