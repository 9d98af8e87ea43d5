import type { PythonPackages } from './python-packages.ts';

/** What the ways to a backend ask of the machine they run on. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs a command to its end. */
  run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<RunResult>;
  /** The interpreter of a virtual environment that holds the packages, installed on first use. */
  pythonWith(packages: PythonPackages): Promise<string>;
  /** Tells the person in front of the machine what takes time. */
  say(text: string): void;
}

export interface RunResult {
  /** `undefined` where the command could not be run at all. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The end of what a command printed: where it says why it failed. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
