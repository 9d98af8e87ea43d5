import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Example, extractExamples, ROOT } from './extract-examples.ts';

const run = promisify(execFile);
/** Inside the repo, so that the examples find the packages as an application would. */
const FOLDER = join(ROOT, '.cache', 'docs-examples');
const examples = extractExamples();
const fileOf = ({ page, line }: Example) => `${page.replaceAll(/[^A-Za-z0-9]+/g, '-')}-${line}.ts`;

let server: Server;

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(join(FOLDER, 'node_modules', '@keyturn'), { recursive: true });
  for (const folder of globSync('{packages,templates}/*/', { cwd: ROOT })) {
    const { name } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { name: string };
    symlinkSync(join(ROOT, folder), join(FOLDER, 'node_modules', name));
  }
  symlinkSync(join(ROOT, 'apps/demo-server/node_modules/zod'), join(FOLDER, 'node_modules', 'zod'));
  for (const example of examples) writeFileSync(join(FOLDER, fileOf(example)), example.code);
  const tsconfig = { extends: '../../tsconfig.base.json', include: ['*.ts'] };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ type: 'module' }));
  server = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(() => server.close());

/** The variables an example reads, each with a value made up here. */
function variablesOf({ code }: Example): Record<string, string> {
  const names = [...code.matchAll(/(?:envSource\('|env:\/\/)(?<name>[A-Z][A-Z0-9_]*)/g)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
  return Object.fromEntries(names.map((name) => [name, randomUUID()]));
}

test('there are examples in the README, in the guides and in each package', () => {
  const pages = examples.map(({ page }) => page);
  const packages = readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/README.md`);
  expect(pages).toEqual(expect.arrayContaining(['README.md', ...packages]));
});

test('every example compiles', async () => {
  const compiled = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', FOLDER]).catch(
    (failed: { stdout: string }) => failed,
  );
  expect(compiled.stdout).toBe('');
}, 60_000);

describe('every example runs, its requests answered by a server on loopback', () => {
  test.each(
    examples
      .filter(({ notRun }) => notRun === undefined)
      .map((example) => [`${example.page}:${example.line}`, example]),
  )(
    '%s',
    async (_, example) => {
      const { port } = server.address() as AddressInfo;
      await run(process.execPath, ['--import', join(ROOT, 'docs/test/loopback-fetch.ts'), fileOf(example)], {
        cwd: FOLDER,
        env: { ...variablesOf(example), EXAMPLES_SERVER: `http://127.0.0.1:${port}` },
        timeout: 20_000,
      });
    },
    30_000,
  );
});
