import { chmod, link, mkdir, readFile, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Credential, type CredentialSource, refreshing, secret } from '@keyturn/core';
import { describe, expect, test, vi } from 'vitest';
import { watchDirectory } from '../src/directory-watch.ts';
import { fileSource } from '../src/index.ts';
import { watchForReplacement } from '../src/replacement-watch.ts';
import { fetched, revealed } from './fetch-context.ts';
import { kubernetesVolume } from './kubernetes-volume.ts';
import { openWatchers } from './open-watchers.ts';
import { replaceFile, temporaryDirectory, temporaryFile } from './temporary-directory.ts';

const LINUX = process.platform === 'linux';

/** Resolves when the credential is no longer good. */
function superseded({ superseded: signal }: Credential): Promise<void> {
  if (signal === undefined) throw new Error('the credential has no signal');
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

describe('the superseded signal of a file source', () => {
  test('is not aborted at first', async () => {
    expect((await fetched(fileSource(await temporaryFile('one')))).superseded?.aborted).toBe(false);
  });

  test('aborts when a new file is renamed over it', async () => {
    const file = await temporaryFile('one');
    const source = fileSource(file);
    const credential = await fetched(source);
    await replaceFile(file, 'two');
    await superseded(credential);
    expect(await revealed(source)).toBe('two');
  });

  test('aborts when it is edited in place, and settles on the whole edit', async () => {
    const file = await temporaryFile('one');
    const provider = refreshing(fileSource(file));
    expect(await provider.reveal()).toBe('one');
    await writeFile(file, 'two '.repeat(20_000));
    await vi.waitFor(async () => expect(await provider.reveal()).toBe('two '.repeat(20_000)), { interval: 5 });
    await provider[Symbol.asyncDispose]();
  });

  test('aborts when the ..data link of a Kubernetes volume is swapped, each time', async () => {
    const volume = await kubernetesVolume({ token: 'one' });
    const source = fileSource(join(volume.directory, 'token'));
    for (const next of ['two', 'three', 'four']) {
      const credential = await fetched(source);
      await volume.update({ token: next });
      await superseded(credential);
      expect(await revealed(source)).toBe(next);
    }
  });

  test('does not abort when other files of a Kubernetes volume change, and still hears the next swap', async () => {
    const volume = await kubernetesVolume({ token: 'one', other: 'one' });
    const token = await fetched(fileSource(join(volume.directory, 'token')));
    const other = await fetched(fileSource(join(volume.directory, 'other')));
    await volume.update({ token: 'one', other: 'two' });
    await superseded(other);
    expect(token.superseded?.aborted).toBe(false);
    await volume.update({ token: 'two', other: 'two' });
    await superseded(token);
  });

  test('aborts when a link on the way leads elsewhere', async () => {
    const directory = await temporaryDirectory();
    for (const release of ['1', '2']) {
      await mkdir(join(directory, release));
      await writeFile(join(directory, release, 'key'), `of release ${release}`);
    }
    await symlink('1', join(directory, 'current'));
    const credential = await fetched(fileSource(join(directory, 'current', 'key')));
    await symlink('2', join(directory, 'next'));
    await rename(join(directory, 'next'), join(directory, 'current'));
    await superseded(credential);
  });

  test.runIf(LINUX)('aborts when a whole directory takes the place of its own', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'live'));
    await mkdir(join(directory, 'next'));
    await writeFile(join(directory, 'live', 'key'), 'one');
    await writeFile(join(directory, 'next', 'key'), 'two');
    const source = fileSource(join(directory, 'live', 'key'));
    const provider = refreshing(source);
    expect(await provider.reveal()).toBe('one');
    const credential = provider.current()!;
    await rename(join(directory, 'live'), join(directory, 'old'));
    await rename(join(directory, 'next'), join(directory, 'live'));
    await replaceFile(join(directory, 'live', 'key'), 'three');
    await superseded(credential);
    await vi.waitFor(async () => expect(await provider.reveal()).toBe('three'), { interval: 5 });
    await provider[Symbol.asyncDispose]();
  });

  test('aborts when the file is deleted and made again', async () => {
    const file = await temporaryFile('one');
    const credential = await fetched(fileSource(file));
    await unlink(file);
    await writeFile(file, 'two');
    await superseded(credential);
  });

  test('does not abort when the file is touched, rewritten with the same content, closed or deleted', async () => {
    const file = await temporaryFile('one');
    const sentinel = await sentinelBeside(file);
    const credential = await fetched(fileSource(file));
    await utimes(file, 1, 1);
    await replaceFile(file, 'one');
    await writeFile(file, 'one');
    await chmod(file, 0o400);
    await unlink(file);
    await sentinel();
    expect(credential.superseded?.aborted).toBe(false);
    await writeFile(file, 'two');
    await superseded(credential);
  });

  test('does not abort when the file is emptied, as at the start of an edit', async () => {
    const file = await temporaryFile('one');
    const sentinel = await sentinelBeside(file);
    const credential = await fetched(fileSource(file));
    await writeFile(file, '');
    await sentinel();
    expect(credential.superseded?.aborted).toBe(false);
  });

  test('does not abort for what happens to other entries of the directory', async () => {
    const file = await temporaryFile('one');
    const sentinel = await sentinelBeside(file);
    const credential = await fetched(fileSource(file));
    await writeFile(`${file}.other`, 'two');
    await link(file, `${file}.link`);
    await sentinel();
    expect(credential.superseded?.aborted).toBe(false);
  });

  test('aborts for a replacement between two fetches of different providers alike', async () => {
    const file = await temporaryFile('one');
    const credentials = await Promise.all([fetched(fileSource(file)), fetched(fileSource(file))]);
    await replaceFile(file, 'two');
    await Promise.all(credentials.map(superseded));
  });

  test('aborts for a replacement between the reading of the file and the signal', async () => {
    const file = await temporaryFile('one');
    const watch = await watchForReplacement(file, () => readFile(file));
    const heard = vi.fn();
    const stop = await watchDirectory(dirname(file), heard);
    await replaceFile(file, 'two');
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(basename(file)), { interval: 5 });
    stop?.();
    const signal = watch.guard(secret('one'));
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  });

  test('lets a provider show the new value without waiting for maxAgeMs', async () => {
    const file = await temporaryFile('one');
    const provider = refreshing(fileSource(file), { maxAgeMs: 3_600_000 });
    expect(await provider.reveal()).toBe('one');
    await replaceFile(file, 'two');
    await vi.waitFor(async () => expect(await provider.reveal()).toBe('two'), { interval: 5 });
    await provider[Symbol.asyncDispose]();
  });
});

/** Waits until every change so far was told: a change to a file beside it is told after them. */
async function sentinelBeside(file: string): Promise<() => Promise<void>> {
  const path = join(dirname(file), `sentinel-${basename(file)}`);
  await writeFile(path, 'before');
  const credential = await fetched(fileSource(path));
  return async () => {
    await replaceFile(path, 'after');
    await superseded(credential);
  };
}

describe('the watchers of file sources', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');

  async function allGone(directory: string): Promise<void> {
    await vi.waitFor(
      () => {
        collectGarbage();
        expect(openWatchers(directory)).toHaveLength(0);
      },
      { interval: 5, timeout: 10_000 },
    );
  }

  async function fetchMany(source: CredentialSource, count: number): Promise<Credential[]> {
    return Promise.all(Array.from({ length: count }, () => fetched(source)));
  }

  test('are one per directory, however many credentials there are', async () => {
    const file = await temporaryFile('one');
    const credentials = await fetchMany(fileSource(file), 200);
    expect(openWatchers(dirname(file))).toHaveLength(1);
    expect(credentials).toHaveLength(200);
  });

  test('go when nobody holds a credential any more', async () => {
    const file = await temporaryFile('one');
    await fetchMany(fileSource(file), 200);
    await allGone(dirname(file));
  });

  test('go when a provider is dropped that listened to them', async () => {
    const file = await temporaryFile('one');
    await (async () => {
      const provider = refreshing(fileSource(file));
      await provider.get();
      provider.current()?.superseded?.addEventListener('abort', () => provider.status());
      expect(openWatchers(dirname(file))).toHaveLength(1);
    })();
    await allGone(dirname(file));
  });

  test('stay while only the signal is held', async () => {
    const file = await temporaryFile('one');
    const { superseded: signal } = await fetched(fileSource(file));
    collectGarbage();
    const aborted = new Promise((resolve) => signal?.addEventListener('abort', resolve));
    await replaceFile(file, 'two');
    await aborted;
  });

  test('go once the credential is superseded', async () => {
    const file = await temporaryFile('one');
    const credential = await fetched(fileSource(file));
    await replaceFile(file, 'two');
    await superseded(credential);
    expect(openWatchers(dirname(file))).toHaveLength(0);
  });

  test('go at once where the fetch fails or answers with the previous credential', async () => {
    const directory = await temporaryDirectory();
    const file = join(directory, 'key');
    await fetched(fileSource(file)).catch(() => undefined);
    expect(openWatchers(directory)).toHaveLength(0);
    await writeFile(file, 'one');
    const source = fileSource(file);
    const previous = await fetched(source);
    for (let count = 0; count < 100; count += 1) await fetched(source, { previous });
    await replaceFile(file, 'two');
    await superseded(previous);
    expect(openWatchers(directory)).toHaveLength(0);
  });

  test('go when the volume they look at is gone', async () => {
    const volume = await kubernetesVolume({ token: 'one' });
    const credential = await fetched(fileSource(join(volume.directory, 'token')));
    const old = volume.current();
    expect(openWatchers(old)).toHaveLength(1);
    await volume.update({ token: 'two' });
    await superseded(credential);
    expect(openWatchers(volume.directory)).toHaveLength(0);
    await rm(volume.directory, { recursive: true });
  });
});
