import { spawn } from 'node:child_process';
import { CACHE_FOLDER } from './cache-folder.ts';
import { installPython } from './install-python.ts';
import type { Machine, RunResult } from './machine.ts';

/** How long one probe, download or installation may take. */
const COMMAND_TIMEOUT_MS = 600_000;

/** The machine this process runs on. */
export function thisMachine(): Machine {
  const machine: Machine = {
    env: process.env,
    run,
    pythonWith: (packages) => installPython(packages, machine, CACHE_FOLDER),
    say: (text) => console.error(`[keyturn] ${text}`),
  };
  return machine;
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS),
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output.stderr += text;
    });
    child.once('error', (error) => resolve({ exitCode: undefined, stdout: '', stderr: error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? 1, ...output }));
  });
}
