// Makes an adapter from the template in a throwaway copy of the workspace, as it stands on disk, and runs everything
// there that its author would run. Neither the working tree nor the network is touched.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Long, of several words: every line break that a name can move is moved. */
const NAME = 'quite-unlikely-service';
const FOLDER = `packages/${NAME}`;

const root = join(import.meta.dirname, '..');
const copy = mkdtempSync(join(tmpdir(), 'keyturn-try-new-adapter-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

for (const file of lines(run(root, 'git', 'ls-files', '--cached', '--others', '--exclude-standard'))) {
  if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file));
}
run(copy, 'git', 'init', '--quiet');
run(copy, 'git', 'add', '--all');
step('the workspace is installed offline', 'pnpm', 'install', '--offline', '--frozen-lockfile');
step('it is made', 'node', 'scripts/new-adapter.ts', NAME);
checkNothingElseChanged();
step('its types are right', 'tsc', '-p', FOLDER);
step('it is formatted and linted', 'biome', 'ci', '--error-on-warnings', FOLDER);
step('it imports what an adapter may', 'turbo', 'boundaries');
step('it builds', 'turbo', 'run', 'build', `--filter=@keyturn/${NAME}`);
step('its tests pass', 'vitest', 'run', FOLDER);
checkNothingElseChanged();

function step(what: string, command: string, ...args: string[]): void {
  const started = performance.now();
  run(copy, command, ...args);
  console.log(`[keyturn] a new adapter: ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

/** Neither by making it nor by building and testing it. */
function checkNothingElseChanged(): void {
  const untracked = lines(run(copy, 'git', 'ls-files', '--others', '--exclude-standard'));
  const changed = [...untracked, ...lines(run(copy, 'git', 'diff', '--name-only'))];
  const outside = changed.filter((file) => !file.startsWith(`${FOLDER}/`) && file !== 'pnpm-lock.yaml');
  if (outside.length > 0) fail(`these are outside of ${FOLDER} and were changed:\n${outside.join('\n')}`);
}

function run(cwd: string, command: string, ...args: string[]): string {
  // The copy's own tools, as soon as it has any.
  const path = [join(cwd, 'node_modules', '.bin'), join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''];
  const env = { ...process.env, PATH: path.join(delimiter), TURBO_TELEMETRY_DISABLED: '1' };
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, encoding: 'utf8', shell });
  if (status === 0) return stdout;
  return fail(`${[command, ...args].join(' ')} failed for a new adapter\n${error ?? ''}${stdout}${stderr}`);
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function fail(message: string): never {
  console.error(`[keyturn] ${message}`);
  process.exit(1);
}
