import { CredentialError } from '../credential-error.ts';
import { HINTS } from './status-code.ts';

/**
 * The body in full, read as it comes; cut off as soon as it is longer than `maxBytes`, counted after decompression.
 * @throws {CredentialError} `invalid_response` where it is too long; whatever the stream throws where it breaks
 */
export async function readBody(response: Response, maxBytes: number, source: string): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const tooLong = () =>
    new CredentialError('invalid_response', `the answer is longer than ${maxBytes} bytes`, {
      source,
      hint: HINTS.invalid_response,
    });
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await discard(response);
    throw tooLong();
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the stream, and so the connection.
  for await (const chunk of response.body) {
    length += chunk.length;
    if (length > maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  return concat(chunks, length);
}

/** Lets go of a body that nobody wants, so that its connection is free again. */
export async function discard(response: Response): Promise<void> {
  // A body that broke already needs no cancelling, and nobody was going to read it.
  await response.body?.cancel().catch(() => undefined);
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
