import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { redactor } from '../src/redactor.ts';
import { secret } from '../src/secret.ts';

const token = () => randomBytes(24).toString('base64url');
/** Keeps secrets reachable until the end of the file. */
const alive: object[] = [];
const live = (value: string | Uint8Array) => {
  alive.push(secret(value));
  return value;
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('notices', () => {
  test('there is none while every secret is long enough', async () => {
    const onNotice = vi.fn();
    live(token());
    live('');
    redactor({ onNotice }).redact('text');
    await Promise.resolve();
    expect(onNotice).not.toHaveBeenCalled();
  });

  test('one says that a secret under 8 bytes is not masked, and does not tell it', async () => {
    const onNotice = vi.fn();
    const { redact } = redactor({ onNotice });
    live('short77');
    expect(redact('this is short77')).toBe('this is short77');
    live('sh0rt77');
    redact('text');
    await Promise.resolve();
    expect(onNotice.mock.calls).toEqual([[expect.stringContaining('shorter than 8 bytes')]]);
    expect(onNotice.mock.calls.flat().join()).not.toMatch(/sh.rt77/);
  });

  test('one goes to console.warn where nothing else is asked for', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    live('shor777');
    redactor().redact('text');
    await Promise.resolve();
    expect(warn.mock.calls).toEqual([[expect.stringContaining('shorter than 8 bytes')]]);
  });
});

describe('what is known', () => {
  const silent = redactor({ onNotice: () => {} });

  test('every redactor knows every secret from the moment it is made', () => {
    const value = token();
    const text = `before ${value}`;
    expect(silent.redact(text)).toBe(text);
    live(value);
    expect(silent.redact(text)).toBe('before [secret]');
    expect(redactor({ onNotice: () => {} }).redact(text)).toBe('before [secret]');
  });

  test('chunks know secrets that were made after they began', () => {
    const chunks = silent.chunks();
    const value = token();
    chunks.push(Buffer.from('begun\n'));
    live(value);
    expect(Buffer.from(chunks.push(Buffer.from(`${value}\n`))).toString()).toBe('[secret]\n');
  });

  test('a secret of bytes is known as text and as bytes', () => {
    const text = token();
    const binary = randomBytes(32);
    live(Buffer.from(text));
    live(binary);
    expect(silent.redact(`(${text})`)).toBe('([secret])');
    expect(Buffer.from(silent.redactBytes(binary)).toString()).toBe('[secret]');
  });
});

describe('text', () => {
  const { redact, redactBytes } = redactor({ onNotice: () => {} });
  const value = token();
  live(value);

  test('that holds no secret is the same object', () => {
    const bytes = Buffer.from('nothing here');
    expect(redact('nothing here')).toBe('nothing here');
    expect(redactBytes(bytes)).toBe(bytes);
  });

  test('keeps its other characters, whatever they are', () => {
    const odd = 'é漢😀\ud800 lone \udc00\0\r\n\ufeff\ufffd';
    expect(redact(odd)).toBe(odd);
    expect(redact(`${odd}${value}${odd}${value}${odd}`)).toBe(`${odd}[secret]${odd}[secret]${odd}`);
  });

  test('keeps the bytes around a secret, whatever they are', () => {
    const odd = Buffer.from([0xff, 0x00, 0xc3, 0x28]);
    const redacted = redactBytes(Buffer.concat([odd, Buffer.from(value), odd]));
    expect(Buffer.from(redacted)).toEqual(Buffer.concat([odd, Buffer.from('[secret]'), odd]));
  });

  test('has a character masked whole of which a binary secret covers a part', () => {
    const bytes = Uint8Array.of(0xa9, ...Buffer.from(token()), 0xe6);
    live(bytes);
    const text = Buffer.from([0xc3, ...bytes, 0xbc, 0xa2]).toString();
    expect(redact(`<${text}>`)).toBe('<[secret]>');
  });

  test('may hold a secret with a lone surrogate', () => {
    const ill = `${token()}\ud800`;
    live(ill);
    expect(redact(`<${ill}>`)).toBe('<[secret]>');
    expect(redact(JSON.stringify([ill]))).toBe('["[secret]"]');
  });

  test('may be the mask itself', () => {
    live('[secret]');
    expect(redact('[secret]')).toBe('[secret]');
    expect(redact(redact(`<${value}>`))).toBe('<[secret]>');
  });
});
