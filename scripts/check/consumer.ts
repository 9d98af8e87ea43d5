import { globSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { command } from './command.ts';
import { nodeRelease } from './node-release.ts';

/** What the README tells a newcomer to install. */
const NAMES = ['@keyturn/core', '@keyturn/env'];

/** The oldest line that the packages support; the other one is the workspace's own Node. */
export const OLD_NODE = '22.12.0';

/** What an application writes on its first day, checked as an application checks it: with the libraries' types. */
const FIRST_DAY = `
import { loadCredentials, required } from '@keyturn/core';
import { envSource } from '@keyturn/env';

export async function apiKey(): Promise<string> {
  await using credentials = await loadCredentials({ key: required(envSource('API_KEY'), 'the key of the API') });
  return credentials.key.reveal();
}
`;

const PROOF = `
if (typeof core.refreshing !== 'function' || typeof env.envSource !== 'function') throw new Error('names are missing');
`;

/** Installs tarballs, given by package, into a new and empty project, and lets `use` look at its folder. */
export async function withConsumer(
  install: readonly [string, ...string[]],
  tarballs: ReadonlyMap<string, string>,
  use: (folder: string) => Promise<void>,
  names: readonly string[] = NAMES,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keyturn-consumer-'));
  try {
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'consumer', version: '1.0.0', private: true }),
    );
    const files = names.map((name) => `${basename(name)}.tgz`);
    await Promise.all(names.map((name, index) => copyFile(tarballs.get(name)!, join(folder, files[index]!))));
    await command([...install, ...files.map((file) => `./${file}`)], { cwd: folder });
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** There must be nothing in the project but the two packages themselves. */
export async function checkPackageCount(folder: string): Promise<void> {
  const found = globSync('node_modules/{*,@*/*}/package.json', { cwd: folder }).map((file) =>
    basename(join(file, '..')),
  );
  if (found.sort().join() !== 'core,env') throw new Error(`${folder} has ${found.join(', ')} instead of core and env`);
}

/** Every adapter is installed by itself: it brings core and its own dependencies, and nothing of the other adapters. */
export async function checkAdaptersAlone(tarballs: ReadonlyMap<string, string>): Promise<void> {
  const adapters = [...tarballs.keys()].filter((name) => name !== '@keyturn/core');
  for (const adapter of adapters) {
    await withConsumer(['npm', 'install'], tarballs, (folder) => checkAlone(folder, adapter), [
      '@keyturn/core',
      adapter,
    ]);
  }
}

async function checkAlone(folder: string, adapter: string): Promise<void> {
  const found = globSync('node_modules/@keyturn/*', { cwd: folder }).map((path) => `@keyturn/${basename(path)}`);
  const expected = ['@keyturn/core', adapter].sort();
  if (found.sort().join() !== expected.join()) throw new Error(`installing ${adapter} brought ${found.join(', ')}`);
  const load = `await import('${adapter}'); (await import('node:module')).createRequire(import.meta.url)('${adapter}')`;
  await writeFile(join(folder, 'alone.mjs'), load);
  await command([process.execPath, 'alone.mjs'], { cwd: folder });
}

/** Imports and requires both packages, on the oldest Node they support and on the workspace's own. */
export async function checkRuntime(folder: string): Promise<void> {
  const esm = `import * as core from '@keyturn/core';\nimport * as env from '@keyturn/env';\n${PROOF}`;
  const cjs = `const core = require('@keyturn/core');\nconst env = require('@keyturn/env');\n${PROOF}`;
  await writeFile(join(folder, 'main.mjs'), esm);
  await writeFile(join(folder, 'main.cjs'), cjs);
  for (const node of [await nodeRelease(OLD_NODE), process.execPath]) {
    for (const file of ['main.mjs', 'main.cjs']) await command([node, file], { cwd: folder });
  }
}

/** Compiles the first day's program as each kind of project would, and looks into the types of the packages too. */
export async function checkTypes(folder: string): Promise<void> {
  for (const extension of ['mts', 'cts']) await writeFile(join(folder, `first-day.${extension}`), FIRST_DAY);
  const common = { target: 'es2023', lib: ['es2024', 'esnext.disposable', 'dom', 'dom.iterable'], types: [] };
  const strict = { strict: true, skipLibCheck: false, exactOptionalPropertyTypes: true, noEmit: true };
  const modes = {
    nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
    bundler: { module: 'esnext', moduleResolution: 'bundler' },
  };
  for (const [mode, options] of Object.entries(modes)) {
    const file = join(folder, `tsconfig.${mode}.json`);
    const files = mode === 'nodenext' ? ['first-day.mts', 'first-day.cts'] : ['first-day.mts'];
    await writeFile(file, JSON.stringify({ compilerOptions: { ...common, ...strict, ...options }, files }));
    await command(['tsc', '-p', file]);
  }
}
