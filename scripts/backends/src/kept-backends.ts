import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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

/** The servers that were left running, as the files of one folder remember them. */
export interface KeptBackends {
  /** Remembers one for the next process. */
  add(kept: KeptBackend): Promise<void>;
  /** Those of the named ones that run; forgets those that no longer do. */
  list(names: readonly BackendName[]): Promise<KeptBackend[]>;
  /** Ends those of the named ones that run, and gives their names. */
  takeDown(names: readonly BackendName[]): Promise<BackendName[]>;
}

const POLL_MS = 50;

export function keptBackends(folder = join(CACHE_FOLDER, 'running')): KeptBackends {
  const fileOf = (name: BackendName) => join(folder, `${name}.json`);

  async function add(kept: KeptBackend): Promise<void> {
    await mkdir(folder, { recursive: true });
    // A root token is part of it.
    await writeFile(fileOf(kept.name), JSON.stringify(kept), { mode: 0o600 });
  }

  async function read(name: BackendName): Promise<KeptBackend | undefined> {
    if (!existsSync(fileOf(name))) return undefined;
    const kept = JSON.parse(await readFile(fileOf(name), 'utf8')) as KeptBackend;
    if (isSupervisor(kept.pid)) return kept;
    await rm(fileOf(name), { force: true });
    return undefined;
  }

  async function list(names: readonly BackendName[]): Promise<KeptBackend[]> {
    const kept = await Promise.all(names.map(read));
    return kept.filter((entry) => entry !== undefined);
  }

  async function takeDown(names: readonly BackendName[]): Promise<BackendName[]> {
    const running = await list(names);
    for (const { name, pid } of running) {
      process.kill(pid, 'SIGTERM');
      while (isSupervisor(pid)) await delay(POLL_MS);
      await rm(fileOf(name), { force: true });
    }
    return running.map(({ name }) => name);
  }

  return { add, list, takeDown };
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
