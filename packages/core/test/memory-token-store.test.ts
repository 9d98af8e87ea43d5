import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { memoryTokenStore } from '../src/memory-token-store.ts';
import { secret } from '../src/secret.ts';

describe('memoryTokenStore', () => {
  test('is named memory by default', () => {
    expect(memoryTokenStore().name).toBe('memory');
    expect(memoryTokenStore({ name: 'tokens of the test' }).name).toBe('tokens of the test');
  });

  test('two stores share nothing', async () => {
    const [one, other] = [memoryTokenStore(), memoryTokenStore()];
    await one.compareAndSwap('family', 0, secret(randomBytes(16)));
    expect(await other.read('family')).toBeUndefined();
  });

  test('names itself in the error of an aborted read', async () => {
    const read = memoryTokenStore({ name: 'tokens' }).read('family', { signal: AbortSignal.abort() });
    await expect(read).rejects.toMatchObject({ code: 'aborted', source: 'tokens' });
  });
});
