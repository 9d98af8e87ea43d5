import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { chmod, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSecretFile } from '../src/secret-file.ts';
import { temporaryDirectory, temporaryFile } from './temporary-directory.ts';
import { UNREADABLE_FOR_ALL } from './unreadable-file.ts';
import { withoutRoot } from './without-root.ts';

const LINUX = process.platform === 'linux';
const POSIX = process.platform !== 'win32';
const MIB = 1_048_576;

function read(path: string) {
  const missing = { code: 'not_found', hint: 'create it' } as const;
  return readSecretFile({ path, label: 'the key file', source: 'test', missing });
}

/** What the descriptors of this process lead to; one of them is the listing itself, closed by now. */
function openFiles(): string[] {
  const descriptors = readdirSync('/proc/self/fd').map((fd) => `/proc/self/fd/${fd}`);
  return descriptors.filter((path) => existsSync(path)).map((path) => readlinkSync(path));
}

async function refusal(path: string) {
  return read(path).then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('readSecretFile', () => {
  test('answers the bytes, the mode and a version', async () => {
    const file = await temporaryFile('content', 0o600);
    const { bytes, mode, version } = await read(file);
    expect(bytes.toString()).toBe('content');
    if (POSIX) expect(mode).toBe(0o600);
    expect(version).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
  });

  test.each([0, 1, 4_095, 4_096, 65_536, MIB])('reads %d bytes in full', async (size) => {
    const content = Buffer.alloc(size, 'abc');
    expect((await read(await temporaryFile(content))).bytes.equals(content)).toBe(true);
  });

  test('refuses a file over 1 MiB', async () => {
    expect(await refusal(await temporaryFile(Buffer.alloc(MIB + 1)))).toMatchObject({
      code: 'invalid_response',
      message: 'the key file is larger than 1 MiB',
      hint: expect.any(String),
    });
  });

  test('refuses a file of terabytes without reading it', async () => {
    const file = await temporaryFile('');
    await truncate(file, 2 ** 40);
    expect(await refusal(file)).toMatchObject({ code: 'invalid_response' });
  });

  test('a missing file has the code and the hint of its caller', async () => {
    expect(await refusal(join(await temporaryDirectory(), 'x'))).toMatchObject({
      code: 'not_found',
      message: 'the key file does not exist',
      source: 'test',
      hint: 'create it',
    });
  });

  test('no error quotes the path, which may be a secret put there by mistake', async () => {
    const directory = await temporaryDirectory();
    for (const path of [directory, join(directory, 'missing'), join(directory, 'x'.repeat(300))]) {
      const error = (await refusal(path)) as Error;
      expect(`${error.message} ${error.stack}`).not.toContain(path);
      expect(error.cause).toBeUndefined();
    }
  });

  test('a directory is refused', async () => {
    expect(await refusal(await temporaryDirectory())).toMatchObject({
      code: 'invalid_reference',
      message: 'the key file is a directory',
    });
  });

  test('a name that is too long is refused', async () => {
    expect(await refusal(join(await temporaryDirectory(), 'x'.repeat(300)))).toMatchObject({
      code: 'invalid_reference',
    });
  });
});

describe.runIf(POSIX)('readSecretFile, where there are other kinds of files', () => {
  test('follows symbolic links', async () => {
    const file = await temporaryFile('content');
    await symlink(file, `${file}.link`);
    expect((await read(`${file}.link`)).bytes.toString()).toBe('content');
  });

  test('a loop of symbolic links is refused', async () => {
    const link = join(await temporaryDirectory(), 'link');
    await symlink(link, link);
    expect(await refusal(link)).toMatchObject({ code: 'invalid_reference', message: expect.stringContaining('loop') });
  });

  test('a FIFO is refused at once instead of waiting for a writer', async () => {
    const fifo = join(await temporaryDirectory(), 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(await refusal(fifo)).toMatchObject({
      code: 'invalid_reference',
      message: 'the key file is no regular file',
    });
  });

  test('a socket is refused', async () => {
    const path = join(await temporaryDirectory(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    expect(await refusal(path)).toMatchObject({
      code: 'invalid_reference',
      message: 'the key file is no regular file',
    });
  });

  test.each(['/dev/zero', '/dev/null', '/dev/tty'])('the device %s is refused', async (device) => {
    expect(await refusal(device)).toMatchObject({ code: 'invalid_reference' });
  });

  test('a link to a device is refused', async () => {
    const link = join(await temporaryDirectory(), 'link');
    await symlink('/dev/zero', link);
    expect(await refusal(link)).toMatchObject({ code: 'invalid_reference' });
  });

  test('a file of mode 000 is denied', async () => {
    const file = await temporaryFile('content');
    await chmod(dirname(file), 0o755);
    await chmod(file, 0o000);
    const error = await withoutRoot(() => refusal(file));
    expect(error).toMatchObject({ code: 'access_denied', hint: expect.any(String) });
  });

  test('a file in a closed directory is denied', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'key'), 'content', { mode: 0o644 });
    await chmod(directory, 0o000);
    onTestFinished(() => chmod(directory, 0o700));
    expect(await withoutRoot(() => refusal(join(directory, 'key')))).toMatchObject({ code: 'access_denied' });
  });
});

describe.runIf(LINUX)('readSecretFile, on files that the Linux kernel makes up', () => {
  test('a file that nobody may read is denied (also for root)', async () => {
    expect(await refusal(UNREADABLE_FOR_ALL)).toMatchObject({
      code: 'access_denied',
      message: 'the key file may not be read by this process',
    });
  });

  test('a file that fails to be read is unreachable', async () => {
    expect(await refusal('/proc/self/mem')).toMatchObject({
      code: 'unreachable',
      message: 'the key file could not be read (EIO)',
    });
  });

  test('closes the file, whether it was read or refused', async () => {
    const [file, tooLarge] = [await temporaryFile('content'), await temporaryFile(Buffer.alloc(MIB + 1))];
    await read(file);
    await refusal(tooLarge);
    expect(openFiles().filter((path) => path === file || path === tooLarge)).toEqual([]);
  });

  test('a file that claims to be empty is read all the same', async () => {
    expect((await read('/proc/self/status')).bytes.toString()).toContain(`Pid:\t${process.pid}\n`);
  });
});
