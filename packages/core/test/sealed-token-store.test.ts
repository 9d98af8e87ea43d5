import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../src/clock.ts';
import { fakeClock } from '../src/conformance/fake-clock.ts';
import { findLeaks } from '../src/conformance/find-leaks.ts';
import { tokenStoreConformance } from '../src/conformance/token-store-conformance.ts';
import { fixedSource } from '../src/fixed-source.ts';
import { memoryTokenStore } from '../src/memory-token-store.ts';
import { refreshing } from '../src/refreshing/refreshing.ts';
import { type SealingKey, sealedTokenStore } from '../src/sealed-token-store.ts';
import { type Secret, secret } from '../src/secret.ts';
import type { TokenStore } from '../src/token-store.ts';

const newKey = () => secret(randomBytes(32));
const newData = () => secret(randomBytes(48).toString('base64url'));
const bytesOf = (one: Secret | undefined) => Buffer.from(one!.revealBytes());

/** A store whose records can be changed behind its back. */
function openMemory(clock: Clock = fakeClock()) {
  const inner = memoryTokenStore({ clock });
  const changed = new Map<string, Secret>();
  const store: TokenStore = {
    ...inner,
    async read(family, context) {
      const stored = await inner.read(family, context);
      const other = changed.get(family);
      return stored && other ? { ...stored, data: other } : stored;
    },
  };
  return { inner, store, change: (family: string, data: Uint8Array) => void changed.set(family, secret(data)) };
}

const key = newKey();
const byClock = new WeakMap<Clock, ReturnType<typeof openMemory>>();
const memories = new Map<string, ReturnType<typeof openMemory>>();

tokenStoreConformance(
  { describe, test },
  {
    name: 'sealedTokenStore over memory',
    secrets: [key],
    open({ clock }) {
      const memory = byClock.get(clock) ?? openMemory(clock);
      byClock.set(clock, memory);
      const sealed = sealedTokenStore(memory.store, key);
      return {
        ...sealed,
        compareAndSwap(family, expected, next) {
          memories.set(family, memory);
          return sealed.compareAndSwap(family, expected, next);
        },
      };
    },
    async damage(family) {
      const memory = memories.get(family)!;
      const bytes = bytesOf((await memory.inner.read(family))?.data);
      bytes[bytes.length - 1]! ^= 1;
      memory.change(family, bytes);
    },
    inapplicable: { unreachable: 'memory is always there', crash: 'it ends with the process' },
  },
);

describe('sealedTokenStore', () => {
  test('stores nothing of the data in the clear', async () => {
    const { inner } = openMemory();
    const data = newData();
    await sealedTokenStore(inner, key).compareAndSwap('f', 0, data);
    const stored = bytesOf((await inner.read('f'))?.data);
    expect(stored.includes(bytesOf(data))).toBe(false);
    expect(stored.length).toBe(1 + 12 + bytesOf(data).length + 16);
    expect(stored[0]).toBe(1);
  });

  test('seals the same data differently each time', async () => {
    const data = newData();
    const records = new Set<string>();
    for (const _ of [1, 2, 3]) {
      const { inner } = openMemory();
      await sealedTokenStore(inner, key).compareAndSwap('f', 0, data);
      records.add(
        bytesOf((await inner.read('f'))?.data)
          .toString('hex')
          .slice(2, 26),
      );
    }
    expect(records.size).toBe(3);
  });

  test.each<[string, (other: Buffer) => [family: string, generation: number, record: Buffer]]>([
    ['moved to another family', (record) => ['other', 2, record]],
    ['played back as a later generation', (record) => ['same', 3, record]],
    ['changed in its last byte', (record) => ['same', 2, flipped(record, record.length - 1)]],
    ['changed in its nonce', (record) => ['same', 2, flipped(record, 5)]],
    ['of another version', (record) => ['same', 2, Buffer.concat([Buffer.of(2), record.subarray(1)])]],
    ['cut', (record) => ['same', 2, record.subarray(0, 13)]],
    ['empty', () => ['same', 2, Buffer.alloc(0)]],
  ])('a record that was %s does not open', async (_title, tamper) => {
    const data = newData();
    const source = memoryTokenStore();
    const sealed = sealedTokenStore(source, key);
    await sealed.compareAndSwap('same', 0, newData());
    await sealed.compareAndSwap('same', 1, data);
    const [family, generation, record] = tamper(bytesOf((await source.read('same'))?.data));
    const forged = memoryTokenStore({ name: 'disk' });
    for (let expected = 0; expected < generation - 1; expected += 1)
      await forged.compareAndSwap(family, expected, data);
    await forged.compareAndSwap(family, generation - 1, secret(record));
    const error = await sealedTokenStore(forged, key)
      .read(family)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_response',
      source: 'sealed:disk',
      hint: expect.stringContaining('key'),
    });
    expect(findLeaks(error, [data, key])).toEqual([]);
  });

  test('a record in the clear does not pass for a sealed one', async () => {
    const inner = memoryTokenStore();
    await inner.compareAndSwap('f', 0, newData());
    await expect(sealedTokenStore(inner, key).read('f')).rejects.toMatchObject({ code: 'invalid_response' });
  });

  test('a record of another key does not open, and does with that key as a second one', async () => {
    const inner = memoryTokenStore();
    const [former, present] = [newKey(), newKey()];
    const data = newData();
    await sealedTokenStore(inner, former).compareAndSwap('f', 0, data);
    await expect(sealedTokenStore(inner, present).read('f')).rejects.toMatchObject({ code: 'invalid_response' });
    const both = sealedTokenStore(inner, [present, former]);
    expect(bytesOf((await both.read('f'))?.data)).toEqual(bytesOf(data));
    await both.compareAndSwap('f', 1, data);
    expect(bytesOf((await sealedTokenStore(inner, present).read('f'))?.data)).toEqual(bytesOf(data));
  });

  test('takes a key as bytes, text, provider or CryptoKey, all of them the same', async () => {
    const raw = randomBytes(32);
    const inner = memoryTokenStore();
    const data = newData();
    await sealedTokenStore(inner, secret(raw)).compareAndSwap('f', 0, data);
    await using provider = refreshing(fixedSource(secret(raw.toString('base64url'))));
    const keys: SealingKey[] = [
      secret(raw.toString('hex')),
      secret(`${raw.toString('base64')}\n`),
      provider,
      await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']),
    ];
    for (const one of keys) {
      expect(bytesOf((await sealedTokenStore(inner, one).read('f'))?.data)).toEqual(bytesOf(data));
    }
  });

  test('seals megabytes', async () => {
    const inner = memoryTokenStore();
    const data = secret(randomBytes(2_000_000));
    const sealed = sealedTokenStore(inner, key);
    await sealed.compareAndSwap('f', 0, data);
    expect(bytesOf((await sealed.read('f'))?.data).equals(bytesOf(data))).toBe(true);
  });

  test('a key of the wrong length is refused before anything is written', async () => {
    for (const wrong of [secret(randomBytes(31)), secret(''), secret('correct horse battery staple!')]) {
      const inner = memoryTokenStore();
      const error = await sealedTokenStore(inner, wrong, { name: 'tokens' })
        .compareAndSwap('f', 0, newData())
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'invalid_response',
        source: 'tokens',
        hint: expect.stringContaining('rand'),
      });
      expect(findLeaks(error, [wrong])).toEqual([]);
      expect(await inner.read('f')).toBeUndefined();
    }
  });

  test('tells what the provider of its key throws, and writes nothing', async () => {
    const inner = memoryTokenStore();
    const failing = fixedSource(key);
    const clock = fakeClock();
    await using provider = refreshing(
      { ...failing, fetch: async () => Promise.reject(new Error('no key today')) },
      { clock, timeoutMs: 1_000 },
    );
    const writing = sealedTokenStore(inner, provider).compareAndSwap('f', 0, newData());
    await expect(writing).rejects.toMatchObject({ code: 'invalid_response' });
    expect(await inner.read('f')).toBeUndefined();
  });
});

function flipped(record: Buffer, index: number): Buffer {
  const copy = Buffer.from(record);
  copy[index]! ^= 1;
  return copy;
}
