import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

const SCRIPTS = join(import.meta.dirname, '..');

/** Takes the place of npx: notes how it was called and puts the workspace's Node where an installation would. */
const NPX = `#!/bin/sh
echo "$@" >> npx-calls
if [ -f outdated ] && echo "$@" | grep -q -- ' --frozen-lockfile'; then echo ERR_PNPM_OUTDATED_LOCKFILE; exit 1; fi
if [ -f offline ]; then echo 'request failed, reason: getaddrinfo ENOTFOUND registry'; exit 1; fi
mkdir -p node_modules/.bin && ln -sf '${process.execPath}' node_modules/.bin/node
`;

describe.skipIf(process.platform === 'win32')('the bootstrap', () => {
  let root: string;
  let env: Record<string, string>;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'keyturn-bootstrap-'));
    cpSync(join(SCRIPTS, 'bootstrap.mjs'), join(root, 'scripts', 'bootstrap.mjs'));
    cpSync(join(SCRIPTS, 'bootstrap'), join(root, 'scripts', 'bootstrap'), { recursive: true });
    cpSync(join(SCRIPTS, 'backends', 'src', 'file-lock.mjs'), join(root, 'scripts/backends/src/file-lock.mjs'));
    writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', packageManager: 'pnpm@1.2.3' }));
    writeFileSync(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
    writeFileSync(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 9\n');
    mkdirSync(join(root, 'bin'));
    writeFileSync(join(root, 'bin', 'npx'), NPX);
    chmodSync(join(root, 'bin', 'npx'), 0o755);
    env = { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, HOME: root };
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const command = (...args: string[]) => [join(root, 'scripts', 'bootstrap.mjs'), ...args];

  function bootstrap(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, command(...args), {
      cwd: root,
      encoding: 'utf8',
      env,
    });
    return { exitCode: status, stdout, stderr };
  }

  const installations = () => readFileSync(join(root, 'npx-calls'), 'utf8').trim().split('\n');

  test('installs once, by the pinned pnpm and from the lock file', () => {
    bootstrap('node', '-p', '1');
    bootstrap('node', '-p', '2');
    expect(installations()).toEqual(['-y pnpm@1.2.3 install --reporter=append-only --frozen-lockfile']);
  });

  test('installs once for two commands that start together', async () => {
    const both = [1, 2].map(() =>
      spawn(process.execPath, command('node', '-p', '1'), { cwd: root, env, stdio: 'ignore' }),
    );
    expect(await Promise.all(both.map((child) => once(child, 'exit')))).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(installations()).toHaveLength(1);
  });

  test('leaves standard output to the command', () => {
    const { stdout, stderr } = bootstrap('node', '-p', '6 * 7');
    expect(stdout).toBe('42\n');
    expect(stderr).toMatch(/^\[keyturn\] installing packages .*\n\[keyturn\] installed packages in \d+ s\n$/);
    expect(bootstrap('node', '-p', '6 * 7')).toEqual({ exitCode: 0, stdout: '42\n', stderr: '' });
  });

  test.each([
    ['the lock file', () => appendFileSync(join(root, 'pnpm-lock.yaml'), '# changed\n')],
    ['the workspace', () => appendFileSync(join(root, 'pnpm-workspace.yaml'), '  - apps/*\n')],
    [
      'the manifest of a new package',
      () => {
        mkdirSync(join(root, 'packages', 'new'), { recursive: true });
        writeFileSync(join(root, 'packages', 'new', 'package.json'), '{}');
      },
    ],
    ['node_modules, by its removal', () => rmSync(join(root, 'node_modules'), { recursive: true })],
  ])('installs again after a change of %s', (_what, change) => {
    bootstrap('node', '-p', '1');
    change();
    bootstrap('node', '-p', '1');
    expect(installations()).toHaveLength(2);
  });

  test('brings the lock file up to date after a change of a manifest', () => {
    writeFileSync(join(root, 'outdated'), '');
    expect(bootstrap('node', '-p', '1').exitCode).toBe(0);
    expect(installations().at(-1)).toContain('--no-frozen-lockfile');
  });

  test('refuses an outdated lock file in CI', () => {
    writeFileSync(join(root, 'outdated'), '');
    env['CI'] = 'true';
    const { exitCode, stderr } = bootstrap('node', '-p', '1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('pnpm-lock.yaml does not match the package.json files');
  });

  test('says what to look at where the registry cannot be reached', () => {
    writeFileSync(join(root, 'offline'), '');
    const { exitCode, stderr } = bootstrap('node', '-p', '1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('the package registry could not be reached: check the network');
  });

  test('says what to install where npm is missing', () => {
    rmSync(join(root, 'bin', 'npx'));
    symlinkSync('/bin/sh', join(root, 'bin', 'sh'));
    env['PATH'] = join(root, 'bin');
    const { exitCode, stderr } = bootstrap('node', '-p', '1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('npx is not on PATH: install npm');
  });

  test('passes arguments and the exit code on', () => {
    const { exitCode, stdout } = bootstrap(
      'node',
      '-e',
      'console.log(process.argv.slice(1)); process.exit(7)',
      '--',
      '--self-check',
    );
    expect(stdout).toBe("[ '--self-check' ]\n");
    expect(exitCode).toBe(7);
  });

  test('runs what it starts under the Node of the workspace, with its tools first on PATH', () => {
    const { stdout } = bootstrap('node', '-p', 'process.env.PATH.split(":")[0]');
    expect(stdout).toBe(`${join(root, 'node_modules', '.bin')}\n`);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends children and grandchildren on %s, when only its own process gets the signal',
    async (signal, code) => {
      bootstrap('node', '-p', '1');
      const family = `
      const grandchild = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.log(process.pid, grandchild.pid);
      setInterval(() => {}, 1000);
    `;
      const child = spawn(process.execPath, command('node', '-e', family), {
        cwd: root,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([code, null]);
      await vi.waitUntil(() => line.split(' ').every((pid) => !isAlive(Number(pid))), { timeout: 5_000 });
    },
  );

  test('ends a script of its own that outlives it', async () => {
    const script = join(root, 'scripts', 'server.ts');
    writeFileSync(
      script,
      "import './bootstrap/follow-parent.mjs'; console.log(process.pid); setInterval(() => {}, 1000);",
    );
    bootstrap('node', '-p', '1');
    const child = spawn(process.execPath, command('server.ts'), {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(createInterface(child.stdout), 'line')) as [string];
    child.kill('SIGKILL');
    await vi
      .waitUntil(() => !isAlive(Number(pid)), { timeout: 5_000 })
      .catch((error) => {
        process.kill(Number(pid));
        throw error;
      });
  });

  test('is not fooled by an installation that was interrupted', () => {
    bootstrap('node', '-p', '1');
    rmSync(join(root, 'node_modules', '.bin', 'node'));
    bootstrap('node', '-p', '1');
    expect(installations()).toHaveLength(2);
    expect(existsSync(join(root, 'node_modules', '.bin', 'node'))).toBe(true);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
