import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The server from source: Node strips the types, so no build is needed. */
export const mainFile = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Default: the server from source. */
  readonly file?: string;
}

export interface Run extends AsyncDisposable {
  readonly process: ChildProcess;
  /** What it printed so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** The exit code, once it has ended and all its output is here; -1 where a signal ended it. */
  readonly ended: Promise<number>;
  /** Waits until stderr matches, and fails where the process ends before. */
  untilStderr(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Runs the server with nothing of this process's environment, and no PATH. */
export function runMain(args: readonly string[], { env, cwd, file = mainFile }: RunOptions = {}): Run {
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => (code as number | null) ?? -1);
  return {
    process: child,
    ended,
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    async untilStderr(pattern) {
      for (;;) {
        const match = pattern.exec(stderr);
        if (match !== null) return match;
        const over = await Promise.race([once(child.stderr, 'data').then(() => false), ended.then(() => true)]);
        if (over) throw new Error(`the server ended without printing ${pattern}; it printed:\n${stderr}`);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The address that a server over HTTP printed. */
export async function urlOf(run: Run): Promise<string> {
  const [url] = await run.untilStderr(/http:\/\/127\.0\.0\.1:\d+\/mcp/);
  return url;
}
