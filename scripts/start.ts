import './bootstrap/follow-parent.mjs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

// Turbo rebuilds only what changed. Standard output belongs to the server, whose clients may read a protocol there.
const build = spawnSync('turbo', ['run', 'build', '--filter=@keyturn/demo-server', '--output-logs=errors-only'], {
  cwd: root,
  encoding: 'utf8',
});
const report = `${build.stdout}${build.stderr}`;
if (build.error || build.status !== 0) {
  console.error(`${build.error ?? report}\n[keyturn] the demo server could not be built`);
  process.exit(1);
}
if (!report.includes('FULL TURBO')) console.error('[keyturn] built the demo server');

const main = join(root, 'apps', 'demo-server', 'dist', 'main.js');
process.argv = [process.execPath, main, ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
