import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How long a step may take to end by itself after a signal. */
const GRACE_MS = 10_000;

/**
 * Runs a command as the leader of its own process group, hands the signals of this process on to the whole group, and
 * leaves nothing of the group behind. A group of its own means that Ctrl-C reaches the command once, not twice.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { onSpawn?: (child: import('node:child_process').ChildProcess) => void }} options
 * @returns {Promise<number>} its exit code, 128 + the signal's number where a signal ended it
 */
export function runStep(command, args, { onSpawn, ...options }) {
  const windows = process.platform === 'win32';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, detached: !windows, shell: windows });
    onSpawn?.(child);
    const stopForwarding = forwardSignals((signal) => signalGroup(child, signal));
    child.once('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.once('close', (code, signal) => {
      stopForwarding();
      signalGroup(child, 'SIGKILL');
      resolve(signal ? 128 + constants.signals[signal] : (code ?? 1));
    });
  });
}

/** @param {(signal: NodeJS.Signals) => void} send */
function forwardSignals(send) {
  /** @type {NodeJS.Timeout | undefined} */
  let deadline;
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    send(signal);
    deadline ??= setTimeout(() => send('SIGKILL'), GRACE_MS);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    clearTimeout(deadline);
    for (const signal of signals) process.off(signal, onSignal);
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch (error) {
    // ESRCH: everything of the group has ended already. EPERM: macOS says so of a group of which only zombies are left.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}
