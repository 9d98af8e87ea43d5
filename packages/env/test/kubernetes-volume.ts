import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from './temporary-directory.ts';

export interface KubernetesVolume {
  readonly directory: string;
  /** The folder that `..data` points to. */
  current(): string;
  /** Swaps in a new version of all files, as the kubelet does. */
  update(files: Readonly<Record<string, string>>): Promise<void>;
}

/**
 * A mounted Secret as the kubelet lays it out (pkg/volume/util/atomic_writer.go): each file is a link to `..data/FILE`,
 * `..data` a link to a folder named after a time. An update writes a new folder, renames a new link over `..data` and
 * removes the old folder.
 */
export async function kubernetesVolume(files: Readonly<Record<string, string>>): Promise<KubernetesVolume> {
  const directory = await temporaryDirectory();
  let generation = 0;
  let current = '';

  async function update(next: Readonly<Record<string, string>>): Promise<void> {
    const old = current;
    generation += 1;
    current = `..2030_01_01_00_00_00.${generation}`;
    await mkdir(join(directory, current));
    for (const [name, content] of Object.entries(next)) await writeFile(join(directory, current, name), content);
    await symlink(current, join(directory, '..data_tmp'));
    await rename(join(directory, '..data_tmp'), join(directory, '..data'));
    if (old !== '') await rm(join(directory, old), { recursive: true });
  }

  await update(files);
  for (const name of Object.keys(files)) await symlink(join('..data', name), join(directory, name));
  return { directory, current: () => join(directory, current), update };
}
