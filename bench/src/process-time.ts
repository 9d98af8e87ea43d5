import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { elapsedMs } from './measure.ts';

const run = promisify(execFile);

export interface ProcessOptions {
  /** The folder that imports are resolved from. */
  readonly cwd: string;
  /** The whole environment but PATH. Default: that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Milliseconds that a Node process takes for `code`, an ES module, from its start to its end. This process stays free
 * meanwhile: it may be the server that the other one talks to.
 * @throws {Error} where it ends with another exit code than 0
 */
export function processMs(code: string, { cwd, env }: ProcessOptions): Promise<number> {
  const environment = env && { PATH: process.env['PATH'] ?? '', ...env };
  return elapsedMs(() =>
    run(process.execPath, ['--input-type=module', '--eval', code], { cwd, ...(environment && { env: environment }) }),
  );
}
