import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BackendName } from './backends.ts';
import { CACHE_FOLDER } from './cache-folder.ts';

/** A server that was left running. */
export interface KeptBackend {
  readonly name: BackendName;
  /** Of its supervisor. */
  readonly pid: number;
  readonly variables: Readonly<Record<string, string>>;
}

const POLL_MS = 50;
const folder = join(CACHE_FOLDER, 'running');

/** Remembers it for the next process. Only its owner may read the file: a root token is part of it. */
export async function keep(kept: KeptBackend): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(fileOf(kept.name), JSON.stringify(kept), { mode: 0o600 });
}

/** Those of the named ones that run, and forgets those that no longer do. */
export async function listKept(names: readonly BackendName[]): Promise<KeptBackend[]> {
  const kept = await Promise.all(names.map(readKept));
  return kept.filter((entry) => entry !== undefined);
}

async function readKept(name: BackendName): Promise<KeptBackend | undefined> {
  const content = await readFile(fileOf(name), 'utf8').catch(() => undefined);
  if (content === undefined) return undefined;
  const kept = JSON.parse(content) as KeptBackend;
  if (isSupervisor(kept.pid)) return kept;
  await rm(fileOf(name), { force: true });
  return undefined;
}

export async function takeDown(names: readonly BackendName[]): Promise<void> {
  for (const { name, pid } of await listKept(names)) {
    process.kill(pid, 'SIGTERM');
    while (isSupervisor(pid)) await delay(POLL_MS);
    await rm(fileOf(name), { force: true });
    console.error(`[keyturn] stopped ${name}`);
  }
}

/** A process id alone proves nothing: the system gives it to another process in time. */
function isSupervisor(pid: number): boolean {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes('supervisor.mjs');
  } catch {
    // ps fails where there is no such process.
    return false;
  }
}

function fileOf(name: BackendName): string {
  return join(folder, `${name}.json`);
}
