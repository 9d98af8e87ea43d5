import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test, vi } from 'vitest';

/** Starts the toy in a process of its own, and prints what a test must know to look for survivors. */
const OWNER = `
  import { startBackend } from '${join(import.meta.dirname, '../src/start-backend.ts')}';
  import { toyBackend, started } from '${join(import.meta.dirname, 'toy-backend.ts')}';
  const { address, pid } = await startBackend(toyBackend(started));
  console.log(JSON.stringify({ url: address.url, pid }));
  setInterval(() => {}, 1000);
`;

async function startOwner() {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', OWNER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(owner.stdout), 'line')) as [string];
  return { owner, ...(JSON.parse(line) as { url: string; pid: number }) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(process.platform === 'win32')('a server that was started', () => {
  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends with its owner, also by %s', async (signal) => {
    const { owner, url, pid } = await startOwner();
    expect((await fetch(url)).status).toBe(403);
    owner.kill(signal);
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
