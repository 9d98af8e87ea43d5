import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Launch } from './backend.ts';
import { CACHE_FOLDER } from './cache-folder.ts';

/** What the supervisor is told, as its only argument. */
export interface SupervisorOrder {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly folder: string;
  /** Whether the server outlives the process that asked for it. */
  readonly stay: boolean;
  readonly afterStop?: readonly [string, ...string[]];
}

/** A server that runs under a supervisor process of its own. */
export interface Supervised {
  /** The process to signal in order to end the server. */
  readonly pid: number;
  readonly logFile: string;
  /** Settles when server and supervisor have ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How long server and supervisor may take to end before the whole group is killed. */
const STOP_MS = 8_000;

/** How many logs of earlier runs are kept. */
const KEPT_LOGS = 20;

const logFolder = join(CACHE_FOLDER, 'logs');

/**
 * Starts a server that ends with this process, or, where it is to `stay`, when its supervisor gets a signal.
 *
 * @param name - the first part of the name of the log file
 * @param folder - removed after the server has ended
 */
export async function supervise(
  name: string,
  { command, args, env, afterStop }: Launch<unknown>,
  folder: string,
  { stay }: { readonly stay: boolean },
): Promise<Supervised> {
  await mkdir(logFolder, { recursive: true });
  await removeOldLogs();
  const logFile = join(logFolder, `${name}-${new Date().toISOString().replaceAll(':', '')}-${randomUUID()}.log`);
  const order: SupervisorOrder = { command, args, logFile, folder, stay, ...(afterStop && { afterStop }) };
  const supervisor = spawn(process.execPath, [join(import.meta.dirname, 'supervisor.mjs'), JSON.stringify(order)], {
    detached: true,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: [stay ? 'ignore' : 'pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve, reject) => {
    supervisor.once('exit', () => resolve()).once('error', reject);
  });
  if (stay) supervisor.unref();
  return { pid: supervisor.pid!, logFile, ended, stop: () => stop(supervisor, ended) };
}

async function stop(supervisor: ChildProcess, ended: Promise<void>): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  supervisor.kill('SIGTERM');
  const deadline = setTimeout(() => process.kill(-supervisor.pid!, 'SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(deadline);
}

export function readLog({ logFile }: Supervised): Promise<string> {
  return readFile(logFile, 'utf8');
}

/** Logs have the time in their name, so per backend the last names are the newest. */
async function removeOldLogs(): Promise<void> {
  const files = (await readdir(logFolder)).sort((a, b) => timeIn(a).localeCompare(timeIn(b)));
  await Promise.all(files.slice(0, -KEPT_LOGS).map((file) => rm(join(logFolder, file), { force: true })));
}

function timeIn(logName: string): string {
  return logName.slice(logName.indexOf('-') + 1);
}
