import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withFileLock } from '../backends/src/file-lock.mjs';
import { runStep } from './run-step.mjs';
import { installDigest, isInstalled, markInstalled } from './stamp.mjs';

export class InstallError extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Installs the workspace, unless what is installed is already what the manifests and the lock file ask for.
 *
 * @param {string} root
 */
export async function install(root) {
  if (isInstalled(root, installDigest(root))) return;
  mkdirSync(join(root, '.cache'), { recursive: true });
  const onWait = () => say('waiting for another run that installs packages ...');
  await withFileLock(join(root, '.cache', 'install.lock'), onWait, async () => {
    if (!isInstalled(root, installDigest(root))) await installNow(root);
  });
}

/** @param {string} root */
async function installNow(root) {
  const started = Date.now();
  say('installing packages (once, about half a minute) ...');
  const first = await pnpmInstall(root, ['--frozen-lockfile']);
  if (first.code !== 0) await retryOrGiveUp(root, first);
  markInstalled(root, installDigest(root));
  say(`installed packages in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * A manifest that was edited on purpose changes the lock file, except in CI, where the lock file is what was reviewed.
 *
 * @param {string} root
 * @param {{ code: number, output: string }} failure
 */
async function retryOrGiveUp(root, failure) {
  if (!/ERR_PNPM_OUTDATED_LOCKFILE|ERR_PNPM_\w*NO_IMPORTER/.test(failure.output)) throw explain(failure);
  if (process.env['CI']) {
    throw new InstallError(
      'pnpm-lock.yaml does not match the package.json files: run `npm test` locally and commit it',
    );
  }
  say('a package.json has changed: updating pnpm-lock.yaml ...');
  const second = await pnpmInstall(root, ['--no-frozen-lockfile']);
  if (second.code !== 0) throw explain(second);
}

/**
 * @param {string} root
 * @param {readonly string[]} flags
 */
async function pnpmInstall(root, flags) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  let output = '';
  const heartbeat = setInterval(() => say('still installing packages ...'), 15_000);
  try {
    const code = await runStep('npx', ['-y', packageManager, 'install', '--reporter=append-only', ...flags], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      onSpawn: (child) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream?.setEncoding('utf8').on('data', (text) => {
            output += text;
          });
        }
      },
    });
    return { code, output };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new InstallError('npx is not on PATH: install npm, which comes with Node.js from https://nodejs.org');
    }
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** @param {{ code: number, output: string }} failure */
function explain({ code, output }) {
  if (code > 128) return new InstallError('the installation was interrupted', code);
  const tail = output.trimEnd().split('\n').slice(-30).join('\n');
  const network = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL/.test(
    output,
  );
  const reason = network
    ? 'the package registry could not be reached: check the network, the proxy settings (HTTPS_PROXY) and `npm config get registry`'
    : 'the packages could not be installed';
  return new InstallError(`${tail}\n[keyturn] ${reason}`);
}

/** @param {string} text */
function say(text) {
  console.error(`[keyturn] ${text}`);
}
