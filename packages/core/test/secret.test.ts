import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isSecret, secret } from '../src/index.ts';

const text = `sk-${crypto.randomUUID()}`;

test('a secret reveals its text and its bytes, and only on demand', () => {
  const hidden = secret(text);
  expect(hidden.reveal()).toBe(text);
  expect(hidden.revealBytes()).toEqual(new TextEncoder().encode(text));
});

test('no way of printing shows the value', () => {
  const hidden = secret(text);
  const holder = { nested: [{ hidden }], map: new Map([['key', hidden]]) };
  const error = new Error('failed', { cause: { hidden } });
  const shown = [
    String(hidden),
    `${hidden}`,
    `${JSON.stringify(holder)}`,
    inspect(holder, { depth: 10, showHidden: true, getters: true }),
    inspect(error, { depth: 10, showHidden: true }),
    inspect(hidden, { customInspect: false, showHidden: true, depth: 10 }),
    Object.entries(hidden).join(),
    Reflect.ownKeys(hidden).join(),
    `${hidden}`,
  ].join('\n');
  expect(shown).not.toContain(text);
  expect(shown).toContain('[secret]');
});

test('console.log of a secret prints a placeholder', () => {
  expect(inspect(secret(text))).toBe('[secret]');
});

test('a structured clone of a secret carries nothing', () => {
  expect(inspect(structuredClone({ hidden: secret(text) }), { depth: 10, showHidden: true })).not.toContain(text);
});

test('bytes are copied on the way in and on the way out', () => {
  const bytes = Uint8Array.of(0, 255, 128, 10);
  const hidden = secret(bytes);
  bytes.fill(1);
  hidden.revealBytes().fill(2);
  expect([...hidden.revealBytes()]).toEqual([0, 255, 128, 10]);
});

test('binary data is no text: reveal() says so without quoting it', () => {
  expect(() => secret(Uint8Array.of(0xff, 0xfe)).reveal()).toThrow(
    expect.objectContaining({ code: 'invalid_response', hint: expect.stringContaining('revealBytes') }),
  );
});

test('text with a byte order mark, unicode and line breaks comes out as it went in', () => {
  for (const value of ['\ufeffkey', 'schlüssel 🔑 鍵', 'a\r\nb\n', '']) {
    expect(secret(value).reveal()).toBe(value);
    expect(secret(new TextEncoder().encode(value)).reveal()).toBe(value);
  }
});

test('isSecret knows a secret from its imitations', () => {
  expect(isSecret(secret('x'))).toBe(true);
  for (const value of [undefined, null, 'x', {}, { reveal: () => 'x', revealBytes: () => new Uint8Array() }]) {
    expect(isSecret(value)).toBe(false);
  }
});
