import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { shownName } from '../../src/composition/shown-name.ts';

describe('shownName', () => {
  test.each([
    'password',
    'clientId',
    'clientID',
    'API_KEY',
    '_id',
    'db.host',
    'api-key',
    'oauth2_client',
    's3_bucket',
    'key12',
    'a'.repeat(24),
    '0',
    '42',
  ])('%j is shown', (name) => {
    expect(shownName(name)).toBe(name);
  });

  test.each([
    '',
    'two words',
    'a\nb',
    'user@example.com',
    '4111111111111111',
    'pässword',
    'a'.repeat(25),
    'key123',
    'aBCDEf',
    'a1b2c3',
    'a__b',
  ])('%j is hidden', (name) => {
    expect(shownName(name)).toBe('(hidden)');
  });

  test('keys of the usual lengths are hidden', () => {
    const keys = [
      randomBytes(20).toString('hex'),
      randomBytes(24).toString('base64url'),
      `sk-live-${randomBytes(9).toString('hex')}`,
    ];
    expect(keys.map(shownName)).toEqual(['(hidden)', '(hidden)', '(hidden)']);
  });

  test('takes time linear in the name', () => {
    expect(shownName(`${'aA'.repeat(12)}!`)).toBe('(hidden)');
    expect(shownName('a_'.repeat(500_000))).toBe('(hidden)');
  });
});
