import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../src/free-port.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** Three tests, of which two need a server. */
const SUITE = `
  import { describe, expect, test } from 'vitest';
  import { useBackend } from '${join(import.meta.dirname, '../src/index.ts')}';
  test('needs nothing', () => {});
  describe('needs a server', () => {
    const vault = useBackend('vault');
    test('first', () => expect(vault().address).toMatch('http'));
    test('second', () => expect(vault().token).toBeTruthy());
  });
`;

describe('a test whose backend cannot be had', () => {
  let folder: string;
  let noServer: { VAULT_ADDR: string; VAULT_TOKEN: string };

  beforeAll(async () => {
    // It was given, so no other server may take its place.
    noServer = { VAULT_ADDR: `http://127.0.0.1:${await freePort()}`, VAULT_TOKEN: 'none' };
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    // Inside the repo, so that the suite finds vitest as every other suite does.
    folder = mkdtempSync(join(ROOT, '.cache', 'use-backend-'));
    writeFileSync(join(folder, 'suite.case.ts'), SUITE);
    writeFileSync(join(folder, 'vitest.config.ts'), `export default { test: { include: ['*.case.ts'] } };`);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function run(env: Record<string, string>) {
    const { CI: _ci, ...inherited } = process.env;
    const args = [join(ROOT, 'scripts', 'test.ts'), '--root', folder];
    const child = spawnSync(process.execPath, args, {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...inherited, NO_COLOR: '1', ...env },
    });
    return { exitCode: child.status, closing: child.stdout.trimEnd().split('\n').slice(-2) };
  }

  test('is reported as not run, with the reason, and counted neither as passed nor as failed', () => {
    const { exitCode, closing } = run(noServer);
    expect(closing).toEqual([
      expect.stringMatching(
        /^2 not run \(vault: the server that the environment names does not answer \(connect ECONNREFUSED .*\)\)$/,
      ),
      '1 passed, 0 failed',
    ]);
    expect(exitCode).toBe(0);
  });

  test('fails where CI is set', () => {
    const { exitCode, closing } = run({ ...noServer, CI: 'true' });
    expect(closing.at(-1)).toBe('1 passed, 2 failed');
    expect(exitCode).toBe(1);
  });
});
