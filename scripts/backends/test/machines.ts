import type { Machine, RunResult } from '../src/machine.ts';

/** What a machine without the command answers. */
export const NOT_FOUND: RunResult = { exitCode: undefined, stdout: '', stderr: 'not found' };

/** A machine that has nothing but what a test gives it; `commands` are answered by their first word. */
export function machineWith({
  env = {},
  commands = {},
  python = () => Promise.reject(new Error('no Python')),
}: {
  readonly env?: Machine['env'];
  readonly commands?: Readonly<Record<string, (args: readonly string[]) => RunResult>>;
  readonly python?: Machine['pythonWith'];
} = {}): Machine & { readonly said: string[] } {
  const said: string[] = [];
  return {
    env,
    said,
    run: (command, args) => Promise.resolve(commands[command]?.(args) ?? NOT_FOUND),
    pythonWith: python,
    say: (text) => said.push(text),
  };
}

export function prints(stdout: string): RunResult {
  return { exitCode: 0, stdout, stderr: '' };
}

export function fails(stderr: string): RunResult {
  return { exitCode: 1, stdout: '', stderr };
}
