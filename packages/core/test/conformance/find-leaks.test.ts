import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { findLeaks } from '../../src/conformance/find-leaks.ts';
import { CredentialError } from '../../src/credential-error.ts';
import { secret } from '../../src/secret.ts';

const text = `a/${randomBytes(9).toString('hex')}+"ö`;
const bytes = randomBytes(24);
const known = [secret(text), secret(bytes)];
const leaks = (subject: unknown) => findLeaks(subject, known);
const encodings = (subject: unknown) => [...new Set(leaks(subject).map((leak) => /\((.*)\)/.exec(leak)![1]))];

describe('findLeaks', () => {
  test('finds nothing where nothing shows', () => {
    expect(leaks(new CredentialError('not_found', 'no such item', { source: 'x', hint: 'look' }))).toEqual([]);
    expect(leaks({ value: known[0], nested: [known[1]] })).toEqual([]);
    for (const subject of [undefined, null, 7, '', Object.create(null), { big: 1n }])
      expect(leaks(subject)).toEqual([]);
  });

  test('finds each encoding', () => {
    expect(encodings(`x${text}x`)).toContain('raw');
    expect(encodings(JSON.stringify({ text }))).toContain('JSON-escaped');
    expect(encodings(`?key=${encodeURIComponent(text)}`)).toContain('percent-encoded');
    expect(encodings(String(new URLSearchParams({ key: text })))).toContain('form-encoded');
    expect(encodings(bytes.toString('hex'))).toEqual(['hex']);
    expect(encodings(inspect({ bytes: Buffer.from(bytes) }))).toEqual(['bytes in hex']);
    expect(encodings({ bytes: new Uint8Array(bytes) })).toEqual(['bytes']);
    for (const before of ['', 'u', 'us', 'user:']) {
      const whole = Buffer.concat([Buffer.from(before), bytes, Buffer.from('after')]);
      expect(encodings(`Basic ${whole.toString('base64')}`)).toContain('base64');
      expect(encodings(whole.toString('base64url'))).toContain('base64url');
    }
  });

  test('finds each place', () => {
    const cause = new Error('outer', { cause: new Error(`inner ${text}`) });
    const places = leaks(new CredentialError('unreachable', 'no', { cause, hint: `try ${text}` })).join('; ');
    for (const place of ['hint (raw)', 'cause.cause.message (raw)', 'cause.cause.stack (raw)', 'inspect (raw)']) {
      expect(places).toContain(place);
    }
    expect(leaks(new Error(text)).join('; ')).toMatch(/^text \(raw\).*message \(raw\).*stack \(raw\)/);
  });

  test('finds what is hidden, deep or in a symbol, and what custom inspection hides', () => {
    const hidden = Object.defineProperty({}, 'text', { value: text, enumerable: false });
    let deep: object = hidden;
    for (let level = 0; level < 9; level += 1) deep = { deep };
    const custom = { text, [inspect.custom]: () => 'nothing here', toJSON: () => 'nor here' };
    for (const subject of [deep, hidden, custom, { [Symbol('s')]: text }, new Map([['k', text]])]) {
      expect(leaks(subject)).not.toEqual([]);
    }
  });

  test('finds the same in a cause chain that bites its tail', () => {
    const error = new Error('one');
    error.cause = new Error(text, { cause: error });
    expect(leaks(error)).toContain('cause.message (raw)');
  });

  test('does not look for values that are too short to be told from chance', () => {
    expect(findLeaks('a short text', [secret('short')])).toEqual([]);
  });
});
