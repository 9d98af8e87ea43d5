import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstallError, install } from './install.mjs';
import { runStep } from './run-step.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Tools that would otherwise phone home from a developer's machine or a build. */
const quietTools = {
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  DO_NOT_TRACK: '1',
};

/** @param {readonly string[]} commandLine */
export async function main([command, ...args]) {
  if (command === undefined) {
    console.error('[keyturn] usage: node scripts/bootstrap.mjs COMMAND [ARGUMENTS]');
    process.exit(2);
  }
  try {
    await install(root);
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    console.error(`[keyturn] ${error.message}`);
    process.exit(error.exitCode);
  }
  process.exit(await runCommand(command, args));
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
function runCommand(command, args) {
  const bin = join(root, 'node_modules', '.bin');
  const env = { ...process.env, ...quietTools, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` };
  const script = join(root, 'scripts', command);
  return existsSync(script)
    ? runStep(join(bin, 'node'), [script, ...args], { env, stdio: 'inherit' })
    : runStep(join(bin, command), args, { env, stdio: 'inherit' });
}
