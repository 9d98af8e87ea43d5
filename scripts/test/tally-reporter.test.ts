import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

describe('npm test', () => {
  let folder: string;

  beforeEach(() => {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    // Inside the repo, so that the suites find vitest as every other suite does.
    folder = mkdtempSync(join(ROOT, '.cache', 'tally-'));
    writeFileSync(join(folder, 'vitest.config.ts'), `export default { test: { include: ['*.case.ts'] } };`);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs suites, given by their code, as `npm test` does; `lines` are what it printed last. */
  function run(suites: Record<string, string>, ...args: string[]) {
    for (const [name, code] of Object.entries(suites)) {
      writeFileSync(
        join(folder, `${name}.case.ts`),
        `import { afterAll, beforeAll, describe, test } from 'vitest';\n${code}`,
      );
    }
    const child = spawnSync(process.execPath, [join(ROOT, 'scripts', 'test.ts'), '--root', folder, ...args], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    return { exitCode: child.status, last: child.stdout.split('\n').slice(-2), all: child.stdout + child.stderr };
  }

  test('closes with what passed and exits with 0', () => {
    expect(run({ one: `test('a', () => {});`, two: `test('b', () => {}); test('c', () => {});` })).toMatchObject({
      exitCode: 0,
      last: ['3 passed, 0 failed', ''],
    });
  });

  test('counts failures and skipped tests, and exits with 1', () => {
    const code = `test('a', () => {}); test('b', () => { throw new Error('wrong'); }); test.skip('c', () => {});`;
    expect(run({ one: code })).toMatchObject({ exitCode: 1, last: ['1 passed, 1 failed, 1 skipped', ''] });
  });

  test('counts a file that does not load', () => {
    const { exitCode, last } = run({ good: `test('a', () => {});`, bad: `throw new Error('at load');` });
    expect({ exitCode, last }).toEqual({ exitCode: 1, last: ['1 passed, 1 failed', ''] });
  });

  test('counts hooks that throw', () => {
    const code = `describe('d', () => { afterAll(() => { throw new Error('hook'); }); test('a', () => {}); });`;
    expect(run({ one: code })).toMatchObject({ exitCode: 1, last: ['1 passed, 1 failed', ''] });
  });

  test('counts an error that nobody handled', () => {
    const code = `test('a', async () => { Promise.reject(new Error('unheard')); await new Promise(setImmediate); });`;
    expect(run({ one: code })).toMatchObject({ exitCode: 1, last: ['1 passed, 1 failed', ''] });
  });

  test('counts a process that died in a test', () => {
    const { exitCode, last } = run({ one: `test('a', () => { process.kill(process.pid, 'SIGKILL'); });` });
    expect(exitCode).toBe(1);
    expect(last[0]).toMatch(/^0 passed, [1-9]\d* failed$/);
  });

  test('takes a path without tests for a failure', () => {
    expect(run({ one: `test('a', () => {});` }, 'no-such-path')).toMatchObject({
      exitCode: 1,
      last: ['0 passed, 1 failed', ''],
    });
  });

  test('takes a name without tests for a failure', () => {
    expect(run({ one: `test('a', () => {});` }, '-t', 'no such name')).toMatchObject({
      exitCode: 1,
      last: ['0 passed, 1 failed, 1 skipped', ''],
    });
  });
});
