import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, ROOT } from './command.ts';

export interface Publishable {
  readonly name: string;
  /** Relative to the root. */
  readonly folder: string;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
}

/** The packages of the workspace at `root` that are published. */
export function publishablePackages(root = ROOT): Publishable[] {
  return globSync('packages/*/package.json', { cwd: root })
    .map((file) => ({ folder: join(file, '..'), manifest: readManifest(join(root, file)) }))
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({ folder, name: manifest.name }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** Packs one as it would be published and gives the path of the tarball. */
export async function pack({ folder }: Publishable, target: string, root = ROOT): Promise<string> {
  const report = await command(['pnpm', 'pack', '--json', '--pack-destination', target], { cwd: join(root, folder) });
  const { filename } = JSON.parse(report) as { filename: string };
  return filename;
}
