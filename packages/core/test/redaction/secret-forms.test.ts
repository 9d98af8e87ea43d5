import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64Spellings, encoders, innerEncoders } from './encoders.ts';
import { redactorOf, secretBytes, secretTexts } from './fixtures.ts';

/**
 * Stands on both sides of a secret and in none, so that what is masked ends exactly there. No half of its first or
 * last byte is like that of a backslash or a blank, which other forms of the secret begin or end with.
 */
const FENCE = '\u26ff';
/** Too short to hold a secret. */
const around = fc.string({ unit: 'binary', maxLength: 7 }).filter((text) => Buffer.byteLength(text) < 8);
const fencedSecrets = secretTexts.filter((text) => !text.includes(FENCE));

describe('a text secret is masked, and nothing beside it', () => {
  test.each(Object.entries(encoders))('%s', (_, encode) => {
    fc.assert(
      fc.property(fencedSecrets, around, around, (text, before, after) => {
        const encoded = encode(text);
        fc.pre(encoded !== undefined);
        const redacted = redactorOf([text]).redact(before + FENCE + encoded + FENCE + after);
        expect(redacted).toBe(`${before}${FENCE}[secret]${FENCE}${after}`);
      }),
    );
  });
});

describe('a secret in a longer text is masked but for the characters it shares with its neighbours', () => {
  const cases = Object.entries(base64Spellings).flatMap(([name, spell]) =>
    Object.entries(innerEncoders)
      .filter(([inner]) => inner === 'as it is' || name === 'base64' || name === 'base64url')
      .map(([inner, encode]) => [name, inner, spell, encode] as const),
  );
  test.each(cases)('%s of a secret, %s', (_name, _inner, spell, encode) => {
    fc.assert(
      fc.property(fencedSecrets, around, around, (text, before, after) => {
        const parts = [before + FENCE, encode(text), FENCE + after].map((part) => Buffer.from(part));
        const [start, length] = parts.map((part) => part.length) as [number, number, number];
        const base64 = Buffer.concat(parts).toString('base64');
        const head = base64.slice(0, Math.ceil((start * 8) / 6));
        const tail = base64.slice(Math.floor(((start + length) * 8) / 6));
        expect(redactorOf([text]).redact(spell(base64))).toBe(`${spell(head)}[secret]${spell(tail)}`);
      }),
    );
  });

  test.each(cases)('%s of a secret at the end, %s', (_name, _inner, spell, encode) => {
    fc.assert(
      fc.property(fencedSecrets, around, (text, before) => {
        const parts = [before + FENCE, encode(text)].map((part) => Buffer.from(part));
        const base64 = Buffer.concat(parts).toString('base64');
        const head = base64.slice(0, Math.ceil((parts[0]!.length * 8) / 6));
        expect(redactorOf([text]).redact(spell(base64))).toBe(`${spell(head)}[secret]`);
      }),
    );
  });
});

test('a Basic header hides the secret as user, as password and as both', () => {
  fc.assert(
    fc.property(fencedSecrets, fc.string({ maxLength: 7 }), (text, other) => {
      const { redact } = redactorOf([text]);
      expect(redact(basic(other, text))).toMatch(/^Basic [^[]*\[secret\]$/);
      expect(redact(basic(text, ''))).toMatch(/^Basic \[secret\].{1,4}$/);
      expect(redact(basic(text, text)).replace(/^Basic \[secret\](.{1,4}\[secret\])?$/, '')).toBe('');
    }),
  );
});

test('a Basic header hides a client secret that was form-encoded first, as OAuth asks for', () => {
  const text = `${token()} +/=&é`;
  const encoded = new URLSearchParams([['', text]]).toString().slice(1);
  expect(redactorOf([text]).redact(basic('client', encoded))).toMatch(/^Basic \w{9,11}\[secret\]$/);
});

describe('a binary secret', () => {
  const binary = secretBytes.filter((bytes) => Buffer.from(bytes).toString().includes('\ufffd'));
  const forms: Record<string, (bytes: Buffer) => Buffer | string> = {
    raw: (bytes) => bytes,
    base64: (bytes) => bytes.toString('base64'),
    base64url: (bytes) => bytes.toString('base64url'),
    hex: (bytes) => bytes.toString('hex'),
    'upper case hex': (bytes) => bytes.toString('hex').toUpperCase(),
    'percent-encoded': (bytes) => escapeBytes(bytes),
  };
  test.each(Object.entries(forms))('is masked: %s', (_, encode) => {
    fc.assert(
      fc.property(binary, (bytes) => {
        const encoded = Buffer.from(encode(Buffer.from(bytes)));
        const text = Buffer.concat([Buffer.from('<'), encoded, Buffer.from('>')]);
        expect(Buffer.from(redactorOf([bytes]).redactBytes(text)).toString('latin1')).toBe('<[secret]>');
      }),
    );
  });

  test('is masked where a Buffer is printed', () => {
    const bytes = randomBytes(64);
    expect(redactorOf([bytes]).redact(inspect(bytes))).toBe('<Buffer [secret] ... 14 more bytes>');
  });
});

describe('a multi-line secret', () => {
  const lines = Array.from({ length: 6 }, () => randomBytes(48).toString('base64'));
  const pem = `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
  const { redact } = redactorOf([pem]);

  test('is one mask where it is whole', () => {
    expect(redact(`key: ${pem}!`)).toBe('key: [secret]!');
    expect(redact(`{"key":${JSON.stringify(pem)}}`)).toBe('{"key":"[secret]"}');
  });

  test('is masked line by line, but for lines that are the same in every key', () => {
    expect(redact(`2 ${lines[1]}\r\n`)).toBe('2 [secret]\r\n');
    expect(redact(`    ${lines[0]}\n    ${lines[3]}`)).toBe('    [secret]\n    [secret]');
    expect(redact('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  test('is masked where console.log breaks it into lines', () => {
    const printed = redact(inspect({ nested: { pem } }));
    for (const line of lines) expect(printed).not.toContain(line.slice(0, 16));
  });

  test('keeps its short lines readable on their own', () => {
    const text = 'user\nadministrator\nthis line is a secret';
    expect(redactorOf([text]).redact('administrator: this line is a secret')).toBe('administrator: [secret]');
  });
});

test('a secret is masked without the white space around it too', () => {
  const text = token();
  expect(redactorOf([`${text}\n`]).redact(`[${text}] [${text}\n]`)).toBe('[[secret]] [[secret]]');
});

test('a secret under 8 bytes is not masked in any form, one of 8 bytes is', () => {
  expect(redactorOf(['seven77']).redact(`seven77 ${btoa('seven77')}`)).toBe(`seven77 ${btoa('seven77')}`);
  expect(redactorOf(['eight888']).redact('eight888')).toBe('[secret]');
  expect(redactorOf(['éééé']).redact('éééé')).toBe('[secret]');
});

test('the fields of a JSON secret stay readable', () => {
  const password = token();
  const { redact } = redactorOf([JSON.stringify({ host: 'db.internal.example', password })]);
  expect(redact(`connecting to db.internal.example with ${password}`)).toContain(password);
});

function token(): string {
  return randomBytes(24).toString('base64url');
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function escapeBytes(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^\w.~-]/g, (byte) => `%${Buffer.from(byte, 'latin1').toString('hex').toUpperCase()}`);
}
