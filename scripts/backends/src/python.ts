import type { Machine } from './machine.ts';
import { isAtLeast, type PythonVersion } from './python-packages.ts';

export interface Python {
  readonly command: string;
  /** What must be added to the environment for `command` to be this interpreter. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: PythonVersion;
}

/** 3.13 comes first because it is the version that the pinned packages were measured with. */
const COMMANDS = ['python3.13', 'python3.14', 'python3.12', 'python3.11', 'python3'];

/** Prints the version, and fails where the standard library was installed without what makes virtual environments. */
const PROBE = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';

/** Says of a pyenv shim which versions of pyenv have the command. */
const PYENV_HINT = /exists in these Python versions:\s+((?:.+\s*)+)/;

/**
 * The first Python that runs and is new enough. A command on PATH proves nothing, since pyenv puts a shim there for
 * every version it has ever had.
 *
 * @throws {Error} which says what to install, where there is none
 */
export async function findPython(run: Machine['run'], minimum: PythonVersion): Promise<Python> {
  let withoutVenv: string | undefined;
  for (const command of COMMANDS) {
    const { python, lacksVenv } = await probe(run, command);
    if (python && isAtLeast(python.version, minimum)) return python;
    if (lacksVenv) withoutVenv ??= command;
  }
  throw new Error(
    withoutVenv
      ? `${withoutVenv} cannot make virtual environments: install its venv package (Debian, Ubuntu: apt install python3-venv)`
      : `no Python >= ${minimum.major}.${minimum.minor} found: install it from https://www.python.org/downloads/`,
  );
}

async function probe(
  run: Machine['run'],
  command: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ python?: Python; lacksVenv?: boolean }> {
  const { exitCode, stdout, stderr } = await run(command, ['-c', PROBE], env);
  const [, major, minor] = /^(\d+)\.(\d+)\s*$/.exec(stdout) ?? [];
  if (exitCode === 0 && major && minor) {
    return { python: { command, env, version: { major: Number(major), minor: Number(minor) } } };
  }
  const pyenvVersion = PYENV_HINT.exec(stderr)?.[1]
    ?.match(/\b3\.\d+\.\d+\b/g)
    ?.at(-1);
  if (pyenvVersion && !('PYENV_VERSION' in env)) return probe(run, command, { PYENV_VERSION: pyenvVersion });
  return { lacksVenv: /No module named '?(venv|ensurepip)/.test(stderr) };
}
