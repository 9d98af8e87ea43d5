import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, ROOT } from './command.ts';

/**
 * Another Node, from the npm package of its platform and kept in the cache of the repo.
 *
 * @returns the path of the executable
 */
export async function nodeRelease(version: string): Promise<string> {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = join(ROOT, '.cache', 'check', `${name}-${version}`);
  const executable = join(folder, 'node_modules', name, 'bin', platform === 'win' ? 'node.exe' : 'node');
  if (existsSync(executable)) return executable;
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', partial];
  await command(['npm', 'install', ...flags, `${name}@${version}`], { cwd: partial });
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return executable;
}
