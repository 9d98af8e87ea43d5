import { randomUUID } from 'node:crypto';
import nodeVault from 'node-vault';
import { describe, expect, test } from 'vitest';
import { useBackend } from '../src/index.ts';
import { listenersOf } from './listeners.ts';

describe('vault', () => {
  const vault = useBackend('vault');

  test('writes and reads a secret by node-vault', async () => {
    const { address: endpoint, token } = vault();
    const client = nodeVault({ endpoint, token });
    const path = `secret/data/${randomUUID()}`;
    const value = randomUUID();

    await client.write(path, { data: { password: value } });
    const answer = await client.read(path);

    expect(answer.data.data).toEqual({ password: value });
  });

  test.runIf(process.platform === 'linux')('listens on 127.0.0.1 alone', () => {
    const { hostname, port } = new URL(vault().address);
    if (hostname === '127.0.0.1') expect(listenersOf(Number(port))).toEqual(['127.0.0.1']);
  });
});
