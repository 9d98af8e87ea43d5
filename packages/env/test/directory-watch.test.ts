import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { watchDirectory } from '../src/directory-watch.ts';
import { openWatchers } from './open-watchers.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const LINUX = process.platform === 'linux';

/** Waits until the listener was called with `name`. */
function heard(listener: ReturnType<typeof vi.fn>, name: string | undefined): Promise<void> {
  return vi.waitFor(() => expect(listener).toHaveBeenCalledWith(name), { interval: 5 });
}

describe('watchDirectory', () => {
  test('tells the names of entries that change', async () => {
    const directory = await temporaryDirectory();
    const listener = vi.fn();
    const stop = await watchDirectory(directory, listener);
    await writeFile(join(directory, 'one'), '1');
    await heard(listener, 'one');
    await rename(join(directory, 'one'), join(directory, 'two'));
    await heard(listener, 'two');
    stop?.();
  });

  test('tells nothing any more once stopped', async () => {
    const directory = await temporaryDirectory();
    const [stopped, other] = [vi.fn(), vi.fn()];
    const stop = await watchDirectory(directory, stopped);
    const stopOther = await watchDirectory(directory, other);
    stop?.();
    await writeFile(join(directory, 'one'), '1');
    await heard(other, 'one');
    expect(stopped).not.toHaveBeenCalled();
    stopOther?.();
  });

  test('does not keep the process alive', async () => {
    const directory = await temporaryDirectory();
    const stop = await watchDirectory(directory, vi.fn());
    expect(openWatchers(directory)).toEqual([expect.objectContaining({ is_referenced: false })]);
    stop?.();
  });

  test('answers undefined where there is no such directory', async () => {
    expect(await watchDirectory(join(await temporaryDirectory(), 'missing'), vi.fn())).toBeUndefined();
  });

  test('opens one watcher for all listeners of a directory and closes it with the last', async () => {
    const directory = await temporaryDirectory();
    const stops = await Promise.all(Array.from({ length: 50 }, () => watchDirectory(directory, vi.fn())));
    expect(openWatchers(directory)).toHaveLength(1);
    for (const stop of stops.slice(1)) stop?.();
    expect(openWatchers(directory)).toHaveLength(1);
    stops[0]?.();
    expect(openWatchers(directory)).toHaveLength(0);
  });

  test('a listener that is stopped twice does not close the watcher of the others', async () => {
    const directory = await temporaryDirectory();
    const stop = await watchDirectory(directory, vi.fn());
    stop?.();
    const stopOther = await watchDirectory(directory, vi.fn());
    stop?.();
    expect(openWatchers(directory)).toHaveLength(1);
    stopOther?.();
  });

  test.runIf(LINUX)('a directory that is moved away tells so, and its watcher ends', async () => {
    const directory = join(await temporaryDirectory(), 'watched');
    await mkdir(directory);
    const listener = vi.fn();
    await watchDirectory(directory, listener);
    await rename(directory, `${directory}.old`);
    await heard(listener, undefined);
    expect(openWatchers(directory)).toHaveLength(0);
  });

  test.runIf(LINUX)('a directory that is deleted tells so', async () => {
    const directory = join(await temporaryDirectory(), 'watched');
    await mkdir(directory);
    const listener = vi.fn();
    await watchDirectory(directory, listener);
    await rm(directory, { recursive: true });
    await heard(listener, undefined);
  });

  test.runIf(LINUX)('a new directory in the place of the old one is watched anew', async () => {
    const directory = join(await temporaryDirectory(), 'watched');
    await mkdir(directory);
    const [early, late] = [vi.fn(), vi.fn()];
    const stopEarly = await watchDirectory(directory, early);
    await rename(directory, `${directory}.old`);
    await heard(early, undefined);
    await mkdir(directory);
    const stopLate = await watchDirectory(directory, late);
    stopEarly?.();
    const stopLatest = await watchDirectory(directory, vi.fn());
    expect(openWatchers(directory)).toHaveLength(1);
    await writeFile(join(directory, 'one'), '1');
    await heard(late, 'one');
    stopLate?.();
    stopLatest?.();
  });

  test('an entry named like its directory is told, as a change of the directory at worst', async () => {
    const directory = await temporaryDirectory();
    const listener = vi.fn();
    const stop = await watchDirectory(directory, listener);
    await writeFile(join(directory, basename(directory)), '1');
    await vi.waitFor(() => expect(listener).toHaveBeenCalled(), { interval: 5 });
    await chmod(directory, 0o700);
    stop?.();
  });
});
