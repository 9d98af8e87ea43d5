import type { FSWatcher } from 'node:fs';
import { basename } from 'node:path';

/** Gets the name of the entry that changed, or `undefined` where only the directory is known. */
export type DirectoryListener = (name: string | undefined) => void;

interface DirectoryWatch {
  readonly watcher: FSWatcher;
  readonly listeners: Set<DirectoryListener>;
}

/** One watcher per directory, however many files in it are watched. */
const watches = new Map<string, DirectoryWatch>();

/**
 * Calls `listener` at every change to an entry of `directory` until the answer is called. Does not keep the process
 * alive. Answers `undefined` where the directory cannot be watched: it may not be listed, the system's limit on
 * watches is reached, the platform or the file system has none.
 */
export async function watchDirectory(
  directory: string,
  listener: DirectoryListener,
): Promise<(() => void) | undefined> {
  const { watch } = await import('node:fs');
  try {
    watches.get(directory) ?? openWatch(directory, watch);
  } catch {
    return undefined; // Not being told of replacements costs freshness only: core asks again after `maxAgeMs`.
  }
  const shared = watches.get(directory)!;
  shared.listeners.add(listener);
  return () => {
    shared.listeners.delete(listener);
    if (shared.listeners.size === 0) close(directory, shared);
  };
}

function openWatch(directory: string, watch: typeof import('node:fs').watch): void {
  const listeners = new Set<DirectoryListener>();
  const watcher = watch(directory, { persistent: false });
  const shared = { watcher, listeners };
  watches.set(directory, shared);
  watcher.on('error', () => close(directory, shared));
  watcher.on('change', (_event, name) => {
    // An event under the directory's own name tells that it was itself moved or deleted: the watcher follows the old one.
    const itself = name === basename(directory);
    if (itself) close(directory, shared);
    for (const listener of [...listeners]) listener(itself ? undefined : ((name as string | null) ?? undefined));
  });
}

function close(directory: string, shared: DirectoryWatch): void {
  if (watches.get(directory) === shared) watches.delete(directory);
  shared.watcher.close();
}
