import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFileLock } from './file-lock.mjs';

export interface Installation {
  /** Whether what is in place can be used. */
  isGood(): Promise<boolean>;
  install(target: string): Promise<void>;
  /** Called when another process is installing the same thing, and this one waits for it. */
  onWait(): void;
}

/**
 * Fills `folder`, unless what is there is good. An installation happens in a folder beside it that is renamed at the
 * end, so one that was killed half-way is never taken for a good one, and two runs at once do not do it twice.
 */
export async function installOnce(folder: string, { isGood, install, onWait }: Installation): Promise<void> {
  if (await isGood()) return;
  await mkdir(dirname(folder), { recursive: true });
  await withFileLock(`${folder}.lock`, onWait, async () => {
    if (await isGood()) return;
    const target = `${folder}.partial`;
    await rm(target, { recursive: true, force: true });
    try {
      await install(target);
      await rm(folder, { recursive: true, force: true });
      await rename(target, folder);
    } finally {
      await rm(target, { recursive: true, force: true });
    }
  });
}
