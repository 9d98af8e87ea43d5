import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Guard, guardStream } from '../../src/node/index.ts';
import { redactor } from '../../src/redactor.ts';
import { type Secret, secret } from '../../src/secret.ts';

const alive: Secret[] = [];
const masking = redactor();
const value = randomBytes(24).toString('base64url');
alive.push(secret(value));

/** Guards that are open, to be undone after each test. */
const open: Guard[] = [];
const guard = (stream: Writable) => {
  const undo = guardStream(stream, masking);
  open.push(undo);
  return undo;
};
afterEach(() => {
  for (const undo of open.splice(0)) undo();
});

/** A stream and what was written to it. */
function sink(options: { highWaterMark?: number; objectMode?: boolean } = {}) {
  const chunks: unknown[] = [];
  const stream = new Writable({
    ...options,
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  return { stream, chunks, written: () => Buffer.concat(chunks as Buffer[]).toString() };
}

describe('write', () => {
  test('masks text and bytes in every form of the call', async () => {
    const { stream, written } = sink();
    guard(stream);
    stream.write(`1 ${value}\n`);
    stream.write(Buffer.from(`2 ${value}\n`));
    stream.write(new Uint16Array(Uint8Array.from(Buffer.from(`3 ${value}\n.`)).buffer));
    stream.write(Buffer.from(`4 ${value}\n`).toString('hex'), 'hex');
    await new Promise<void>((resolve) => stream.write(`5 ${value}\n`, () => resolve()));
    await new Promise<void>((resolve) => stream.write(`6 ${value}\n`, 'utf8', () => resolve()));
    expect(written()).toBe('1 [secret]\n2 [secret]\n3 [secret]\n.4 [secret]\n5 [secret]\n6 [secret]\n');
  });

  test('calls back also where all of it is held back', async () => {
    const { stream, written } = sink();
    guard(stream);
    await new Promise<void>((resolve) => stream.write(value.slice(0, 20), () => resolve()));
    expect(written()).toBe('');
  });

  test('answers whether the stream wants more', async () => {
    const { stream } = sink({ highWaterMark: 16 });
    guard(stream);
    expect(stream.write('short\n')).toBe(true);
    expect(stream.write('longer than the high water mark\n')).toBe(false);
    await once(stream, 'drain');
    expect(stream.write('short\n')).toBe(true);
  });

  test('reports a mistake as the stream itself does', () => {
    const { stream } = sink();
    guard(stream);
    expect(() => stream.write(null)).toThrow(expect.objectContaining({ code: 'ERR_STREAM_NULL_VALUES' }));
    expect(() => stream.write(1 as unknown as string)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' }),
    );
    expect(() => stream.write('x', 'nope' as BufferEncoding)).toThrow(
      expect.objectContaining({ code: 'ERR_UNKNOWN_ENCODING' }),
    );
  });

  test('leaves the objects of an object stream alone', async () => {
    const { stream, chunks } = sink({ objectMode: true });
    guard(stream);
    const object = { value };
    stream.write(object);
    stream.end();
    await once(stream, 'finish');
    expect(chunks).toEqual([object]);
  });
});

describe('a secret that is split over several writes', () => {
  test('is masked', async () => {
    const { stream, written } = sink();
    guard(stream);
    for (const letter of `key ${value}\n`) stream.write(letter);
    stream.end();
    await once(stream, 'finish');
    expect(written()).toBe('key [secret]\n');
  });

  test('does not hold up a prompt that ends like it begins', async () => {
    const { stream, written } = sink();
    guard(stream);
    stream.write(`name? ${value.slice(0, 4)}`);
    expect(written()).toBe('name? ');
    await vi.waitFor(() => expect(written()).toBe(`name? ${value.slice(0, 4)}`));
    stream.write(`${value.slice(4)}\n`);
    await vi.waitFor(() => expect(written()).toBe(`name? ${value.slice(0, 4)}[secret]\n`));
  });
});

test('a pause is counted from the last write', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const { stream, written } = sink();
    guard(stream);
    stream.write(value.slice(0, 2));
    vi.advanceTimersByTime(40);
    stream.write(value.slice(2, 4));
    vi.advanceTimersByTime(40);
    expect(stream.writableLength).toBe(0);
    vi.advanceTimersByTime(10);
    await vi.waitFor(() => expect(written()).toBe(value.slice(0, 4)));
  } finally {
    vi.useRealTimers();
  }
});

describe('end', () => {
  test('writes what was held back, then its own chunk, masked, and calls back', async () => {
    const { stream, written } = sink();
    guard(stream);
    stream.write(value.slice(0, 20));
    await new Promise<void>((resolve) => stream.end(`${value.slice(20)} ${value.slice(0, 9)}`, () => resolve()));
    expect(written()).toBe(`[secret] ${value.slice(0, 9)}`);
  });

  test.each<[string, (stream: Writable, done: () => void) => unknown]>([
    ['end(done)', (stream, done) => stream.end(done)],
    ['end(chunk, done)', (stream, done) => stream.end('', done)],
    ['end(chunk, encoding, done)', (stream, done) => stream.end('', 'utf8', done)],
    ['end()', (stream, done) => stream.end().once('finish', done)],
  ])('works as %s', async (_, end) => {
    const { stream, written } = sink();
    guard(stream);
    stream.write(value.slice(0, 20));
    await new Promise<void>((resolve) => end(stream, resolve));
    expect(written()).toBe(value.slice(0, 20));
  });
});

describe('undoing', () => {
  test('gives the stream its own methods back and writes what was held back', async () => {
    const { stream, written } = sink();
    const { write, end } = stream;
    const undo = guard(stream);
    stream.write(value.slice(0, 20));
    undo();
    undo();
    await vi.waitFor(() => expect(written()).toBe(value.slice(0, 20)));
    expect([stream.write, stream.end]).toEqual([write, end]);
    expect(Object.hasOwn(stream, 'write')).toBe(false);
  });

  test('happens at the end of a using block', () => {
    const { stream } = sink();
    const { write } = stream;
    {
      using _guard = guardStream(stream, masking);
      expect(stream.write).not.toBe(write);
    }
    expect(stream.write).toBe(write);
  });

  test.each([
    ['the inner first', [0, 1]],
    ['the outer first', [1, 0]],
  ])('works with nested guards, %s', async (_, order) => {
    const { stream, written } = sink();
    const { write } = stream;
    const guards = [guard(stream), guard(stream)];
    stream.write(`2 ${value}\n`);
    guards[order[0]!]!();
    stream.write(`1 ${value}\n`);
    guards[order[1]!]!();
    stream.write(`0 ${value}\n`);
    stream.end();
    await once(stream, 'finish');
    expect(written()).toBe(`2 [secret]\n1 [secret]\n0 ${value}\n`);
    if (order[0] === 1) expect(stream.write).toBe(write);
  });

  test('leaves a write alone that somebody else put there since', () => {
    const { stream } = sink();
    const undo = guard(stream);
    const ours = stream.write;
    const theirs = (...given: Parameters<typeof ours>) => ours.apply(stream, given);
    stream.write = theirs as typeof ours;
    undo();
    expect(stream.write).toBe(theirs);
    expect(stream.write(`${value}\n`)).toBe(true);
  });

  test('leaves nothing behind for a stream that is closed', async () => {
    const before = process.listenerCount('exit');
    const { stream } = sink();
    guardStream(stream, masking);
    expect(process.listenerCount('exit')).toBe(before + 1);
    await once(stream.destroy(), 'close');
    expect(process.listenerCount('exit')).toBe(before);
  });

  test('leaves no listener behind', () => {
    const undoOne = guardStream(sink().stream, masking);
    const before = process.listenerCount('exit');
    const guards = Array.from({ length: 20 }, () => guardStream(sink().stream, masking));
    expect(process.listenerCount('exit')).toBe(before);
    for (const undo of [...guards, undoOne]) undo();
    expect(process.listenerCount('exit')).toBe(before - 1);
  });
});
