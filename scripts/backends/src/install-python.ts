import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { installOnce } from './install-once.ts';
import { lastLines, type Machine } from './machine.ts';
import { findPython } from './python.ts';
import { isAtLeast, type PythonLock, type PythonPackages } from './python-packages.ts';

/**
 * The interpreter of a virtual environment in `cacheFolder` that holds exactly the pinned packages.
 *
 * @throws {Error} where there is no suitable Python, or where pip fails
 */
export async function installPython(packages: PythonPackages, machine: Machine, cacheFolder: string): Promise<string> {
  const works = async (interpreter: string) =>
    existsSync(interpreter) && (await machine.run(interpreter, ['-c', ''])).exitCode === 0;
  for (const lock of packages.locks) {
    const interpreter = interpreterOf(await folderOf(lock, cacheFolder));
    if (await works(interpreter)) return interpreter;
  }
  const python = await findPython(machine.run, packages.locks.at(-1)!.minimum);
  const lock = packages.locks.find(({ minimum }) => isAtLeast(python.version, minimum))!;
  const folder = await folderOf(lock, cacheFolder);
  await installOnce(folder, {
    isGood: () => works(interpreterOf(folder)),
    onWait: () => machine.say(`waiting for another run that installs ${packages.title} ...`),
    install: async (target) => {
      machine.say(`installing ${packages.title} with ${python.command} (once) ...`);
      await expectSuccess(machine.run(python.command, ['-m', 'venv', target], python.env));
      await expectSuccess(machine.run(interpreterOf(target), pipInstall(lock)));
    },
  });
  return interpreterOf(folder);
}

async function folderOf({ file }: PythonLock, cacheFolder: string): Promise<string> {
  const digest = createHash('sha256')
    .update(`${process.platform} ${process.arch}\n`)
    .update(await readFile(file));
  return join(cacheFolder, `${basename(file, '.txt')}-${digest.digest('hex').slice(0, 12)}`);
}

function interpreterOf(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** Only wheels whose hash is in the file: no package runs code of its own while it is installed. */
function pipInstall({ file }: PythonLock): string[] {
  const flags = ['--quiet', '--no-input', '--disable-pip-version-check'];
  return ['-m', 'pip', 'install', ...flags, '--require-hashes', '--only-binary', ':all:', '--no-deps', '-r', file];
}

async function expectSuccess(running: ReturnType<Machine['run']>): Promise<void> {
  const { exitCode, stdout, stderr } = await running;
  if (exitCode !== 0) throw new Error(lastLines(stderr || stdout, 6));
}
