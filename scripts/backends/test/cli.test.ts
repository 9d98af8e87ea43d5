import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../src/cli.ts';
import { keptBackends } from '../src/kept-backends.ts';

const CLI = join(import.meta.dirname, '../src/cli.ts');

/** Runs one command of the program in a process of its own, which remembers what runs in `folder`. */
function backends(folder: string, ...args: string[]) {
  const script = `
    import { main } from '${CLI}';
    import { keptBackends } from '${join(import.meta.dirname, '../src/kept-backends.ts')}';
    process.exitCode = await main(process.argv.slice(2), keptBackends(process.argv[1]));
  `;
  const { VAULT_ADDR: _address, VAULT_TOKEN: _token, ...env } = process.env;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script, folder, ...args], {
    encoding: 'utf8',
    env,
  });
  return { exitCode: child.status, stdout: child.stdout, stderr: child.stderr };
}

describe.skipIf(process.platform === 'win32')('npm run backends', () => {
  let folder: string;
  let up: ReturnType<typeof backends>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-backends-cli-'));
    up = backends(folder, 'up', 'vault');
  }, 600_000);

  afterAll(() => {
    backends(folder, 'down');
    rmSync(folder, { recursive: true });
  });

  test('up leaves a server running and prints nothing but lines for a shell', () => {
    expect(up).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('vault is running') });
    expect(up.stdout.trim().split('\n')).toEqual([
      expect.stringMatching(/^export VAULT_ADDR=http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^export VAULT_TOKEN=\S+$/),
    ]);
  });

  test('what a shell makes of those lines opens the server', async () => {
    const shell = `${up.stdout}\nprintf '%s %s' "$VAULT_ADDR" "$VAULT_TOKEN"`;
    const [address, token = ''] = execFileSync('sh', ['-c', shell], { encoding: 'utf8' }).split(' ');
    const response = await fetch(`${address}/v1/auth/token/lookup-self`, { headers: { 'x-vault-token': token } });
    expect(response.status).toBe(200);
  });

  test('up again gives the same server', () => {
    expect(backends(folder, 'up', 'vault').stdout).toBe(up.stdout);
  });

  test('status names it and its variables, without their values', () => {
    const { stdout } = backends(folder, 'status');
    expect(stdout).toMatch(/^vault is running \(process \d+\): VAULT_ADDR, VAULT_TOKEN\n$/);
  });

  test('down stops it', async () => {
    const address = /VAULT_ADDR=(\S+)/.exec(up.stdout)?.[1] ?? '';
    expect(backends(folder, 'down', 'vault').stderr).toBe('[keyturn] stopped vault\n');
    await expect(fetch(address)).rejects.toThrow('fetch failed');
    expect(await keptBackends(folder).list(['vault'])).toEqual([]);
  });

  test('refuses what it does not know', async () => {
    expect(await main(['up', 'mongodb'], keptBackends(folder))).toBe(2);
    expect(await main(['restart'], keptBackends(folder))).toBe(2);
  });
});
