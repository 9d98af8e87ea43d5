import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PackedProject extends Disposable {
  readonly folder: string;
}

export interface PackedProjectOptions {
  /** Folders in `packages`: installed as they are published. */
  readonly packed: readonly string[];
  /** Packages from the registry, by name, in the versions that this one has. Default: none. */
  readonly others?: readonly string[];
}

/** An otherwise empty project, as the one who installs these packages has it. */
export function packedProject({ packed, others = [] }: PackedProjectOptions): PackedProject {
  execFileSync('turbo', ['run', 'build', '--output-logs=errors-only'], { stdio: ['ignore', 2, 2] });
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
  const modules = join(folder, 'node_modules');
  for (const name of packed) unpack(name, join(modules, '@keyturn', name));
  for (const name of others) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(realpathSync(fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url))), join(modules, name));
  }
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function unpack(name: string, target: string): void {
  const tarball = `${target}.tgz`;
  mkdirSync(target, { recursive: true });
  const folder = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
  execFileSync('pnpm', ['pack', '--out', tarball], { cwd: folder });
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
}
