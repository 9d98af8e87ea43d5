// Runs one server and ends it, with all it has started, when the process that asked for it has gone: that one holds the
// other end of standard input, which the system closes however it dies. A server that is to stay gets no such pipe and
// ends by a signal to this process.

import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, closeSync, openSync, rmSync } from 'node:fs';

/** How long the server may take to end by itself. */
const GRACE_MS = 1_000;

/** @type {import('./supervised.ts').SupervisorOrder} */
const { command, args, logFile, folder, stay, afterStop } = JSON.parse(process.argv[2] ?? '');

const log = openSync(logFile, 'a');
const server = spawn(command, args, { stdio: ['ignore', log, log] });
closeSync(log);
server.once('error', (error) => {
  appendFileSync(logFile, `${error.message}\n`);
  finish();
});
server.once('exit', finish);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
if (!stay) process.stdin.on('close', stop).on('error', stop).resume();

function stop() {
  server.kill('SIGTERM');
  setTimeout(() => server.kill('SIGKILL'), GRACE_MS);
}

function finish() {
  if (afterStop) {
    const [cleanUp, ...cleanUpArgs] = afterStop;
    spawnSync(cleanUp, cleanUpArgs, { stdio: 'ignore' });
  }
  rmSync(folder, { recursive: true, force: true });
  // This process leads a group of its own, so this ends what the server left running, and this process with it.
  process.kill(process.platform === 'win32' ? process.pid : 0, 'SIGKILL');
}
