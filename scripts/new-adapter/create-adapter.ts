import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { workspaceFolders } from '../bootstrap/stamp.mjs';
import { type AdapterName, adapterName, RefusedName } from './adapter-name.ts';
import { fillTemplate, type TemplateFile } from './fill-template.ts';

export interface CreatedAdapter {
  readonly name: AdapterName;
  /** Relative to the root, with forward slashes. */
  readonly folder: string;
  /** Relative to the folder, sorted. */
  readonly files: readonly string[];
}

const biome = join(import.meta.dirname, '../../node_modules/@biomejs/biome/bin/biome');

/** What tools leave behind in a package. */
const NOT_COPIED = new Set(['node_modules', 'dist', '.turbo', 'coverage', 'CHANGELOG.md']);

/**
 * Makes `packages/NAME` of the workspace at `root` from `templates/adapter`, and touches nothing else. The folder
 * appears in full or not at all.
 * @throws {RefusedName} where the name is malformed, reserved or taken
 */
export function createAdapter(root: string, kebab: string): CreatedAdapter {
  const name = adapterName(kebab);
  refuseTaken(root, name);
  const folder = `packages/${kebab}`;
  const files = fillTemplate(readTemplate(join(root, 'templates', 'adapter')), name);
  placeAtOnce(root, folder, files);
  return { name, folder, files: files.map(({ path }) => path).sort() };
}

function refuseTaken(root: string, { kebab }: AdapterName): void {
  if (existsSync(join(root, 'packages', kebab))) throw new RefusedName(`packages/${kebab} exists already`);
  for (const folder of workspaceFolders(root)) {
    const manifest = join(root, folder, 'package.json');
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === `@keyturn/${kebab}`) {
      throw new RefusedName(`${folder} is called @keyturn/${kebab} already`);
    }
  }
}

function readTemplate(folder: string, below = ''): TemplateFile[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter((entry) => !NOT_COPIED.has(entry.name))
    .flatMap((entry) => {
      const path = `${below}${entry.name}`;
      if (entry.isDirectory()) return readTemplate(folder, `${path}/`);
      return [{ path, text: readFileSync(join(folder, path), 'utf8') }];
    });
}

/** Written elsewhere and moved in one step, so that an interruption leaves nothing half made where packages are. */
function placeAtOnce(root: string, folder: string, files: readonly TemplateFile[]): void {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const staging = mkdtempSync(join(root, '.cache', 'new-adapter-'));
  try {
    // One folder down, since what mkdtemp makes is readable by its owner only.
    const whole = join(staging, 'package');
    for (const { path, text } of files) {
      mkdirSync(dirname(join(whole, path)), { recursive: true });
      writeFileSync(join(whole, path), text);
    }
    format(root, whole);
    mkdirSync(dirname(join(root, folder)), { recursive: true });
    renameSync(whole, join(root, folder));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** A longer or shorter name moves line breaks and the columns of tables. */
function format(root: string, folder: string): void {
  // Git ignores the folder where files wait to be moved; here that must not count.
  const args = [biome, 'format', '--write', '--vcs-enabled=false', folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the files of the template could not be formatted:\n${stdout}${stderr}`);
}
