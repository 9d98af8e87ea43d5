// Plain JavaScript, because the bootstrap uses it before anything is installed.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How often a process that waits looks again. */
const POLL_MS = 100;

/**
 * Runs `action` while no other process that uses the same lock file does; a lock whose owner has died is void.
 *
 * @template T
 * @param {string} file - in a folder that exists
 * @param {() => void} onWait - called once where another process holds the lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withFileLock(file, onWait, action) {
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

/** @param {string} file */
async function acquire(file) {
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

/**
 * `undefined` while the owner has not written its id yet, or has just released the lock.
 *
 * @param {string} file
 */
async function readOwner(file) {
  try {
    return Number(await readFile(file, 'utf8')) || undefined;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isErrno(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
