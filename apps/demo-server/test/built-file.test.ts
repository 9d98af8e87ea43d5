import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { useBackend } from '@keyturn/backends';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { awsAccount, holding } from './support/aws-account.ts';
import { canary } from './support/canary.ts';
import { runMain } from './support/run-main.ts';
import { watchModules } from './support/watch-modules.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const folder = join(import.meta.dirname, '..');
const builtFolder = join(folder, '.cache', 'built');
const file = join(builtFolder, 'main.js');

/** Beside what `npm start` builds, which may run meanwhile, so that it finds the same packages. */
beforeAll(async () => {
  const tsdown = join(folder, '../../node_modules/tsdown/dist/run.mjs');
  const args = [tsdown, '--config', '../../tsdown.config.ts', '--out-dir', builtFolder];
  await promisify(execFile)(process.execPath, args, { cwd: folder });
});

const sdk = /^module .*@aws-sdk/m;

test('without AWS every tool works from any directory with an empty PATH, and the AWS SDK is never loaded', async () => {
  await using check = runMain(['--self-check'], { file, cwd: tmpdir(), env: watchModules });
  expect(await check.ended).toBe(0);
  expect(check.stdout).toMatch(/^Self-check: 28 passed, 0 failed$/m);
  expect(check.stderr).toMatch(/^module .*@modelcontextprotocol/m);
  expect(check.stderr).not.toMatch(sdk);
});

describe('with an account of AWS', () => {
  const localstack = useBackend('localstack');

  test('it finds the AWS SDK from any directory with an empty PATH, and every tool works', async () => {
    const account = awsAccount(localstack());
    const key = canary();
    await account.create(holding(key));
    const env = { ...account.variables, ...watchModules, SANDBOX_OPERATIONS_API_KEY: key.reveal() };
    await using check = runMain(['--self-check'], { file, cwd: tmpdir(), env });
    expect(await check.ended).toBe(0);
    expect(check.stdout).toMatch(/^Self-check: 28 passed, 0 failed$/m);
    expect(check.stderr).toMatch(sdk);
  });
});
