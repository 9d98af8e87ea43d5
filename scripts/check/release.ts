import { cpSync, existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, ROOT } from './command.ts';
import { pack, publishablePackages } from './publishable.ts';

/** What `changeset status --output` writes. */
interface ReleasePlan {
  readonly releases: ReadonlyArray<{ readonly name: string; readonly type: string }>;
}

/** A clone of another branch knows `main` as a remote branch only, and a clone of a single commit not at all. */
export async function checkChangesets(): Promise<void> {
  for (const [ref, flags] of [
    ['main', []],
    ['origin/main', ['--since=origin/main']],
    ['HEAD', ['--since=HEAD']],
  ] as const) {
    const exists = await command(['git', 'rev-parse', '--verify', '--quiet', ref]).then(
      () => true,
      () => false,
    );
    if (exists) return void (await command(['changeset', 'status', ...flags]));
  }
}

/** Releases every package as it stands, in a throwaway copy of the workspace, up to what would be uploaded. */
export async function dryRunRelease(): Promise<void> {
  const copy = await mkdtemp(join(tmpdir(), 'keyturn-release-'));
  try {
    await copyWorkspace(copy);
    await command(['changeset', 'version'], { cwd: copy });
    for (const { folder } of publishablePackages(copy)) {
      cpSync(join(ROOT, folder, 'dist'), join(copy, folder, 'dist'), { recursive: true });
    }
    for (const candidate of publishablePackages(copy)) await checkPacked(await pack(candidate, copy, copy), copy);
    await checkMinorOfCoreAlone(copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function copyWorkspace(copy: string): Promise<void> {
  const files = await command(['git', 'ls-files', '--cached', '--others', '--exclude-standard']);
  for (const file of files.split('\n')) {
    if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(copy, file));
  }
  await command(['git', 'init', '--quiet', '--initial-branch=main'], { cwd: copy });
  await command(['pnpm', 'install', '--offline', '--frozen-lockfile', '--ignore-scripts'], { cwd: copy });
  await commit(copy);
}

async function commit(copy: string): Promise<void> {
  const author = [
    '-c',
    'user.name=release',
    '-c',
    'user.email=release@localhost',
    '-c',
    'commit.gpgsign=false',
  ] as const;
  await command(['git', 'add', '--all'], { cwd: copy });
  await command(['git', ...author, 'commit', '--quiet', '--message', 'release'], { cwd: copy });
}

/** A tarball must have a version of its own and may not name the workspace: nobody could install it. */
async function checkPacked(tarball: string, copy: string): Promise<void> {
  const manifest = await command(['tar', '-xzOf', tarball, 'package/package.json'], { cwd: copy });
  const { version } = JSON.parse(manifest) as { version: string };
  if (version === '0.0.0' || manifest.includes('workspace:')) throw new Error(`${tarball} would publish\n${manifest}`);
}

/** After the release, a new feature of core must not make a new major version of the adapters that could use it. */
async function checkMinorOfCoreAlone(copy: string): Promise<void> {
  await commit(copy);
  await writeFile(join(copy, '.changeset', 'next.md'), "---\n'@keyturn/core': minor\n---\n\nA feature.\n");
  await command(['changeset', 'status', '--output', 'plan.json'], { cwd: copy });
  const { releases } = JSON.parse(await readFile(join(copy, 'plan.json'), 'utf8')) as ReleasePlan;
  const others = releases.filter(({ name, type }) => name !== '@keyturn/core' && type !== 'none');
  if (others.length > 0) throw new Error(`a minor of core alone would release ${JSON.stringify(others)}`);
}
