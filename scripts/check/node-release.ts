import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, ROOT } from './command.ts';

/** Another Node from the npm package of that name, kept in the cache of the repo; gives the path of the executable. */
export async function nodeRelease(version: string): Promise<string> {
  const folder = join(ROOT, '.cache', 'check', `node-${version}`);
  const executable = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(executable)) return executable;
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(partial, { recursive: true });
  await command(['npm', 'install', '--prefix', partial, '--no-audit', '--no-fund', `node@${version}`], {
    cwd: partial,
  });
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  return executable;
}
