import { describe, expect, test } from 'vitest';
import type { Machine } from '../src/machine.ts';
import { findPython } from '../src/python.ts';
import { fails, machineWith, NOT_FOUND, prints } from './machines.ts';

const minimum = { major: 3, minor: 11 };

function pythons(commands: Parameters<typeof machineWith>[0]): Machine['run'] {
  return machineWith(commands).run;
}

describe('findPython', () => {
  test('prefers the version that the packages were measured with', async () => {
    const run = pythons({ commands: { 'python3.13': () => prints('3.13\n'), 'python3.14': () => prints('3.14\n') } });
    expect(await findPython(run, minimum)).toMatchObject({ command: 'python3.13', version: { major: 3, minor: 13 } });
  });

  test('takes a plain python3 that is new enough', async () => {
    const run = pythons({ commands: { python3: () => prints('3.12\n') } });
    expect(await findPython(run, minimum)).toMatchObject({ command: 'python3', version: { minor: 12 } });
  });

  test('asks pyenv for the version whose shim is there but does not run', async () => {
    const hint =
      "pyenv: python3.13: command not found\n\nThe `python3.13' command exists in these Python versions:\n  3.13.0\n  3.13.2\n";
    const run: Machine['run'] = (command, _args, env = {}) => {
      if (command !== 'python3.13') return Promise.resolve(NOT_FOUND);
      return Promise.resolve(env['PYENV_VERSION'] === '3.13.2' ? prints('3.13\n') : fails(hint));
    };
    expect(await findPython(run, minimum)).toMatchObject({ env: { PYENV_VERSION: '3.13.2' }, version: { minor: 13 } });
  });

  test('says what to install where there is only an old one', async () => {
    const run = pythons({ commands: { python3: () => prints('3.9\n') } });
    await expect(findPython(run, minimum)).rejects.toThrow(
      'no Python >= 3.11 found: install it from https://www.python.org',
    );
  });

  test('says what to install where virtual environments were left out', async () => {
    const run = pythons({ commands: { python3: () => fails("ModuleNotFoundError: No module named 'ensurepip'") } });
    await expect(findPython(run, minimum)).rejects.toThrow('apt install python3-venv');
  });
});
