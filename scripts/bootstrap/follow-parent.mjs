// Imported by the scripts that the bootstrap runs. Nobody forwards a signal to them once the bootstrap has been killed
// outright; so they ask this process to end when the system has given them another parent.

const POLL_MS = 500;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
}, POLL_MS).unref();
