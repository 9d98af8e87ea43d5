import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface CommandOptions {
  /** Default: the root of the repo. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command without input and gives what it printed on standard output.
 *
 * @throws {Error} with the command line and everything it printed, where it fails
 */
export function command(
  line: readonly [string, ...string[]],
  { cwd = ROOT, env }: CommandOptions = {},
): Promise<string> {
  const [name, ...args] = line;
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      cwd,
      env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: '1', TERM: 'dumb', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let all = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      all += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      all += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${line.join(' ')} (exit code ${code})\n${all.trim()}`));
    });
  });
}
