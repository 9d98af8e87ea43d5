import { utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fakeClock } from '@keyturn/core/conformance';
import { describe, expect, test } from 'vitest';
import { fileSource } from '../src/index.ts';
import { failure, fetched, revealed, thrown } from './fetch-context.ts';
import { generatedSecret } from './generated-secret.ts';
import { replaceFile, temporaryDirectory, temporaryFile } from './temporary-directory.ts';

describe('fileSource', () => {
  test('yields what the file holds, and says where it came from', async () => {
    const value = generatedSecret();
    const file = await temporaryFile(value);
    const clock = fakeClock();
    const source = fileSource(file);
    const { value: found, origin } = await fetched(source, { clock });
    expect(found.reveal()).toBe(value);
    expect(source.name).toBe(`file:${file}`);
    expect(origin).toEqual({
      adapter: 'file',
      reference: pathToFileURL(file).href,
      fetchedAt: new Date(clock.now()),
    });
  });

  test.each([
    ['one newline is removed', 'v\n', 'v'],
    ['one CRLF is removed', 'v\r\n', 'v'],
    ['only one newline is removed', 'v\n\n', 'v\n'],
    ['newlines inside stay', 'a\r\nb\n\nc', 'a\r\nb\n\nc'],
    ['a lone carriage return stays', 'v\r', 'v\r'],
    ['spaces stay', ' v \n', ' v '],
    ['a byte order mark is removed', '\uFEFFv', 'v'],
    ['a mark inside stays', 'a\uFEFFv', 'a\uFEFFv'],
    ['Unicode stays', 'ünï🔑\n', 'ünï🔑'],
    ['NUL stays', 'a\0b', 'a\0b'],
  ])('%s', async (_rule, content, value) => {
    expect(await revealed(fileSource(await temporaryFile(content)))).toBe(value);
  });

  test('bytes that are no UTF-8 stay as they are, the newline at their end included', async () => {
    const bytes = Uint8Array.from([0xff, 0x00, 0xfe, 0x0d, 0x0a]);
    const { value } = await fetched(fileSource(await temporaryFile(bytes)));
    expect(value.revealBytes()).toEqual(bytes);
    expect(thrown(() => value.reveal()).code).toBe('invalid_response');
  });

  test.each(['\uFEFFv\r\n', '\n', 'changeme'])('with exact every byte of %j is taken', async (content) => {
    const { value } = await fetched(fileSource(await temporaryFile(content), { exact: true }));
    expect(Buffer.from(value.revealBytes())).toEqual(Buffer.from(content));
  });

  test.each([
    ['an empty file', '', {}, 'is empty'],
    ['an empty file, taken exactly', '', { exact: true }, 'is empty'],
    ['a newline alone', '\n', {}, 'is empty'],
    ['white space', ' \n\n', {}, 'holds only white space'],
    ['a placeholder', 'op://vault/item/field\n', {}, 'holds a reference to a secret manager'],
  ])('is not configured by %s', async (_case, content, options, message) => {
    const error = await failure(fileSource(await temporaryFile(content), options));
    expect(error).toMatchObject({ code: 'not_configured', hint: expect.any(String) });
    expect(error.message).toContain(message);
  });

  test('takes a placeholder for a value where told to', async () => {
    const file = await temporaryFile('changeme\n');
    expect(await revealed(fileSource(file, { allowPlaceholder: true }))).toBe('changeme');
  });

  test('is not configured without the file, or without its directory', async () => {
    const missing = join(await temporaryDirectory(), 'missing');
    expect(await failure(fileSource(missing))).toMatchObject({ code: 'not_configured', hint: expect.any(String) });
    expect((await failure(fileSource(join(missing, 'key')))).code).toBe('not_configured');
    expect((await failure(fileSource(join(await temporaryFile('v'), 'key')))).code).toBe('not_configured');
  });

  test('takes a path relative to the working directory, and a file URL', async () => {
    const file = await temporaryFile('v');
    expect(await revealed(fileSource(relative(process.cwd(), file)))).toBe('v');
    expect(await revealed(fileSource(pathToFileURL(file)))).toBe('v');
  });

  test('reads a file whose name needs escaping', async () => {
    const file = join(await temporaryDirectory(), 'a b#c?d%e ü');
    await writeFile(file, 'v');
    expect(await revealed(fileSource(file))).toBe('v');
    expect(await revealed(fileSource(pathToFileURL(file)))).toBe('v');
  });

  test.each(['', 'a\0b', new URL('https://user:pw@example.com/x')])('refuses %j when it is made', (path) => {
    const error = thrown(() => fileSource(path));
    expect(error).toMatchObject({ code: 'invalid_reference', hint: expect.any(String) });
    expect(error.message).not.toContain('pw');
  });

  test('answers an unchanged file with the previous credential', async () => {
    const file = await temporaryFile('one');
    const source = fileSource(file);
    const previous = await fetched(source);
    await replaceFile(file, 'one');
    expect(await fetched(source, { previous })).toBe(previous);
  });

  test('answers a rejected credential with a new one, though the file is unchanged', async () => {
    const source = fileSource(await temporaryFile('one'));
    const rejected = await fetched(source);
    expect(await fetched(source, { previous: rejected, rejected })).not.toBe(rejected);
  });

  test('answers a superseded credential with a new one, though the file is as it was again', async () => {
    const file = await temporaryFile('one');
    const source = fileSource(file);
    const previous = await fetched(source);
    const replaced = new Promise((resolve) => previous.superseded?.addEventListener('abort', resolve));
    await replaceFile(file, 'two');
    await replaced;
    await replaceFile(file, 'one');
    const next = await fetched(source, { previous });
    expect(next).not.toBe(previous);
    expect(next.superseded?.aborted).toBe(false);
  });

  test('the version changes with the file and is not made of its content', async () => {
    const file = await temporaryFile('one');
    const source = fileSource(file);
    const { version } = await fetched(source);
    expect((await fetched(source)).version).toBe(version);
    await replaceFile(file, 'one');
    const replaced = await fetched(source);
    expect(replaced.version).not.toBe(version);
    await utimes(file, 1, 1);
    expect((await fetched(source)).version).not.toBe(replaced.version);
  });

  test('an abort while it reads ends the fetch', async () => {
    const abort = new AbortController();
    const outcome = failure(fileSource(await temporaryFile('v')), { signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    const error = await outcome;
    expect(error.code).toBe('aborted');
    expect(error.cause).toBeUndefined();
  });
});
