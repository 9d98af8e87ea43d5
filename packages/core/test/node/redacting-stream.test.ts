import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactingStream } from '../../src/node/index.ts';
import { redactor } from '../../src/redactor.ts';
import { type Secret, secret } from '../../src/secret.ts';
import { cutAt, places } from '../redaction/fixtures.ts';

const alive: Secret[] = [];
const masking = redactor();

function newSecret(): string {
  const value = randomBytes(24).toString('base64url');
  alive.push(secret(value));
  return value;
}

test('a secret does not get through, wherever the stream is cut', async () => {
  const value = newSecret();
  const whole = Buffer.from(`é ${value} and ${Buffer.from(`user:${value}`).toString('base64')} 😀\n`);
  const expected = Buffer.from(masking.redactBytes(whole));
  expect(expected.toString()).not.toContain(value);
  await fc.assert(
    fc.asyncProperty(places, async (cuts) => {
      expect(await buffer(Readable.from(cutAt(whole, cuts)).pipe(redactingStream(masking)))).toEqual(expected);
    }),
  );
});

test('what cannot begin a secret comes out at once', async () => {
  newSecret();
  const stream = redactingStream(masking);
  stream.write('Password: ');
  expect(String(stream.read())).toBe('Password: ');
});

test('a prompt that ends like a secret begins comes out after a pause, and the secret after it does not', async () => {
  const value = newSecret();
  const stream = redactingStream(masking);
  stream.write(`name? ${value.slice(0, 4)}`);
  expect(String(stream.read())).toBe('name? ');
  await once(stream, 'readable');
  expect(String(stream.read())).toBe(value.slice(0, 4));
  stream.end(`${value.slice(4)}\n`);
  expect(await text(stream)).toBe('[secret]\n');
});

test('a secret that is made while the stream runs is known from the next chunk on', async () => {
  const source = new PassThrough();
  const stream = source.pipe(redactingStream(masking));
  source.write('before\n');
  await once(stream, 'readable');
  expect(String(stream.read())).toBe('before\n');
  const value = newSecret();
  source.end(`after ${value}\n`);
  expect(await text(stream)).toBe('after [secret]\n');
});

test('the beginning of a secret at the end of the stream comes out', async () => {
  const value = newSecret();
  expect(await text(Readable.from([value.slice(0, 20)]).pipe(redactingStream(masking)))).toBe(value.slice(0, 20));
});

test('a source that is faster than the reader has to wait', async () => {
  const stream = redactingStream(masking);
  const line = Buffer.from(`${'x'.repeat(1023)}\n`);
  let written = 0;
  while (stream.write(line)) written += 1;
  expect(written * line.length).toBeLessThanOrEqual(stream.writableHighWaterMark + stream.readableHighWaterMark);
  const drained = once(stream, 'drain');
  stream.resume();
  await drained;
});

test('a stream that is destroyed at a pause stays silent', async () => {
  const value = newSecret();
  const stream = redactingStream(masking);
  stream.write(value.slice(0, 4));
  stream.destroy();
  await once(stream, 'close');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(stream.read()).toBe(null);
});
