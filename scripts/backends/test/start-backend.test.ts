import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Way } from '../src/backend.ts';
import { BackendUnavailable, startBackend } from '../src/start-backend.ts';
import { machineWith } from './machines.ts';
import { started, type Toy, toyBackend, toyLaunch } from './toy-backend.ts';

const absent: Way<Toy> = { name: 'absent', find: () => Promise.resolve({ missing: 'not here' }) };
const broken: Way<Toy> = { name: 'broken', find: () => Promise.reject(new Error('cannot download\nlong log')) };
const dying: Way<Toy> = {
  name: 'dying',
  find: () => Promise.resolve({ launch: ({ port }) => toyLaunch(port, 'console.log("no licence"); process.exit(3)') }),
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('startBackend', () => {
  test('starts by the first way that works and stops what it started', async () => {
    const toy = await startBackend(toyBackend(absent, broken, dying, started), { machine: machineWith() });
    expect(toy.way).toBe('started');
    await toy.stop();
    expect(isAlive(toy.pid!)).toBe(false);
    await expect(fetch(toy.address.url)).rejects.toThrow('fetch failed');
  });

  test('starts several servers at once, each with a token of its own', async () => {
    const toys = await Promise.all([1, 2, 3].map(() => startBackend(toyBackend(started), { machine: machineWith() })));
    expect(new Set(toys.map(({ address }) => address.url)).size).toBe(3);
    expect(new Set(toys.map(({ address }) => address.token)).size).toBe(3);
    await Promise.all(toys.map((toy) => toy.stop()));
  });

  test('says of every way why it was not taken, in one line', async () => {
    const machine = machineWith();
    const failure = startBackend(toyBackend(absent, broken, dying), { machine });
    await expect(failure).rejects.toThrow(BackendUnavailable);
    await expect(failure).rejects.toThrow(
      /^toy: absent: not here; broken: cannot download; dying: what was started .*\.log$/,
    );
    expect(machine.said.join()).toContain('no licence');
  });

  test('tries another port where somebody else was faster', async () => {
    const thief = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => thief.once('listening', resolve));
    const { port: taken } = thief.address() as { port: number };
    const ports: number[] = [];
    const way: Way<Toy> = {
      name: 'unlucky',
      find: () =>
        Promise.resolve({
          launch: ({ port }) => {
            ports.push(port);
            return toyLaunch(ports.length === 1 ? taken : port);
          },
        }),
    };
    const toy = await startBackend(toyBackend(way), { machine: machineWith() });
    expect(toy.address.url).toBe(`http://127.0.0.1:${ports[1]}`);
    await toy.stop();
    thief.close();
  });

  test('does not replace the server that the environment names', async () => {
    const named: Way<Toy> = {
      name: 'TOY_URL',
      find: () => Promise.resolve({ running: { url: 'http://127.0.0.1:1', token: '' } }),
    };
    await expect(startBackend(toyBackend(named, started), { machine: machineWith() })).rejects.toThrow(
      'toy: the server that the environment names does not answer',
    );
  }, 20_000);

  test('removes the folder of the server after its end', async () => {
    let folder = '';
    const way: Way<Toy> = {
      name: 'writing',
      find: () =>
        Promise.resolve({
          launch: ({ port, folder: place }) => {
            folder = place;
            return toyLaunch(port);
          },
        }),
    };
    const toy = await startBackend(toyBackend(way), { machine: machineWith() });
    expect(existsSync(folder)).toBe(true);
    await toy.stop();
    expect(existsSync(folder)).toBe(false);
  });
});
