import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, ROOT } from './command.ts';
import { pack, publishablePackages } from './publishable.ts';

const folder = join(ROOT, '.cache', 'check', 'tarballs');

/** What would be uploaded, by package; filled by {@link packAll}. */
export const tarballs = new Map<string, string>();

export async function packAll(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const candidate of publishablePackages()) tarballs.set(candidate.name, await pack(candidate, folder));
}

/** Paths, formats and fields as every tool understands them. */
export async function checkPublint(): Promise<void> {
  for (const tarball of tarballs.values()) await command(['publint', 'run', '--strict', tarball]);
}

/** Types that belong to what they describe. Packages are ES modules only, which `require` takes as well. */
export async function checkTypesOfPacked(): Promise<void> {
  for (const tarball of tarballs.values()) await command(['attw', '--profile', 'esm-only', tarball]);
}
