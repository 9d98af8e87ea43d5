import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elapsedMs, medians, type Row, round } from './measure.ts';

const ROUNDS = 25;

/** Whole processes that import the packages as they are published, against a Node that imports nothing. */
export async function importTime(): Promise<Row[]> {
  const project = installPacked(['core', 'env']);
  const start = (code: string) => () =>
    elapsedMs(() => execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: project }));
  const times = await medians(ROUNDS, {
    bare: start(''),
    core: start("await import('@keyturn/core')"),
    env: start("await import('@keyturn/core'); await import('@keyturn/env')"),
  });
  rmSync(project, { recursive: true });
  const over = (ms: number) => `${round(ms - times.bare)} ms`;
  const against = `bare Node: ${round(times.bare)} ms`;
  return [
    { what: 'import of @keyturn/core', result: over(times.core), against, aim: '5 ms' },
    { what: 'import of @keyturn/core and @keyturn/env', result: over(times.env), against, aim: '5 ms' },
  ];
}

/** An empty project with the packed packages in its `node_modules`. */
function installPacked(names: readonly string[]): string {
  execFileSync('turbo', ['run', 'build', '--output-logs=errors-only'], { stdio: ['ignore', 2, 2] });
  const project = mkdtempSync(join(tmpdir(), 'keyturn-bench-'));
  for (const name of names) {
    const folder = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
    const tarball = join(project, `${name}.tgz`);
    execFileSync('pnpm', ['pack', '--out', tarball], { cwd: folder });
    const target = join(project, 'node_modules', '@keyturn', name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  }
  return project;
}
