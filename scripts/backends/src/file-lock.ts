import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How often a process that waits looks again. */
const POLL_MS = 100;

/** Runs `action` while no other process that uses the same lock file does; a lock whose owner has died is void. */
export async function withFileLock<T>(file: string, onWait: () => void, action: () => Promise<T>): Promise<T> {
  for (let waited = false; !(await acquire(file)); waited = true) {
    if (!waited) onWait();
    await delay(POLL_MS);
  }
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  const owner = await readOwner(file);
  if (owner !== undefined && !isAlive(owner)) await rm(file, { force: true });
  return false;
}

/** `undefined` while the owner has not written its id yet, or has just released the lock. */
async function readOwner(file: string): Promise<number | undefined> {
  try {
    return Number(await readFile(file, 'utf8')) || undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
