import { describe, expect, test } from 'vitest';
import type { Backend } from '../src/backend.ts';
import { localstack } from '../src/localstack.ts';
import type { Machine, RunResult } from '../src/machine.ts';
import { vault } from '../src/vault.ts';
import { fails, machineWith, prints } from './machines.ts';

/** The ways that are open on a machine, the most wanted first. */
async function openWays(backend: Backend<never>, machine: Machine): Promise<string[]> {
  const open: string[] = [];
  for (const way of backend.ways) {
    const finding = await way.find(machine).catch(() => ({ missing: 'failed' }));
    if (!('missing' in finding)) open.push(way.name);
  }
  return open;
}

const everything = {
  vault: () => prints('Vault v1.20.4'),
  bao: () => prints('OpenBao v2.6.2'),
  docker: () => prints('29.0.0'),
};
const python = () => Promise.resolve('/venv/bin/python');

describe('a Vault server', () => {
  test('is the one that the environment names, then vault, bao, Docker and at last the wheel', async () => {
    const env = { VAULT_ADDR: 'http://127.0.0.1:8200', VAULT_TOKEN: 'root' };
    expect(await openWays(vault as Backend<never>, machineWith({ env, commands: everything, python }))).toEqual([
      'VAULT_ADDR and VAULT_TOKEN',
      '`vault` on PATH',
      '`bao` on PATH',
      'Docker',
      'Python',
    ]);
  });

  test('is not taken from an address without a token', async () => {
    const env = { VAULT_ADDR: 'http://127.0.0.1:8200' };
    expect(await openWays(vault as Backend<never>, machineWith({ env }))).toEqual([]);
  });

  test('is not taken from a binary that does not run', async () => {
    const commands = { vault: () => fails('exec format error'), bao: everything.bao };
    expect(await openWays(vault as Backend<never>, machineWith({ commands }))).toEqual(['`bao` on PATH']);
  });

  test('is not taken from Docker where no daemon answers', async () => {
    const commands = { docker: () => fails('Cannot connect to the Docker daemon') };
    expect(await openWays(vault as Backend<never>, machineWith({ commands }))).toEqual([]);
  });
});

describe('LocalStack', () => {
  test('is the one that the environment names, then Docker and at last the Python packages', async () => {
    const env = { LOCALSTACK_ENDPOINT: 'http://127.0.0.1:4566' };
    expect(await openWays(localstack as Backend<never>, machineWith({ env, commands: everything, python }))).toEqual([
      'LOCALSTACK_ENDPOINT',
      'Docker',
      'Python',
    ]);
  });
});

describe('a Docker image', () => {
  const withoutImage = (pull: RunResult) => ({
    docker: ([verb = '']: readonly string[]) =>
      ({ version: prints('29.0.0'), pull })[verb] ?? fails('Error response from daemon: No such image'),
  });

  test('is pulled once, and says so', async () => {
    const machine = machineWith({ commands: withoutImage(prints('')) });
    expect(await openWays(localstack as Backend<never>, machine)).toEqual(['Docker']);
    expect(machine.said).toEqual([expect.stringMatching(/^pulling localstack\/localstack:\d/)]);
  });

  test('that cannot be pulled leaves the next way open', async () => {
    const machine = machineWith({ commands: withoutImage(fails('no route to host')), python });
    expect(await openWays(localstack as Backend<never>, machine)).toEqual(['Python']);
  });
});
