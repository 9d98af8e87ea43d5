import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { shownName } from '../../src/composition/shown-name.ts';

describe('shownName', () => {
  test.each(['password', 'clientId', '_id', 'db.host', 'api-key', 'oauth2_client', 's3_bucket', 'key12', '0', '42'])(
    '%j is shown',
    (name) => {
      expect(shownName(name)).toBe(name);
    },
  );

  test.each(['', 'two words', 'a\nb', 'user@example.com', '4111111111111111', 'pässword', 'a'.repeat(41), 'key123'])(
    '%j is hidden',
    (name) => {
      expect(shownName(name)).toBe('(hidden)');
    },
  );

  test('what looks like a key is hidden', () => {
    const keys = [
      randomBytes(20).toString('hex'),
      randomBytes(32).toString('base64url'),
      `sk-live-${randomBytes(9).toString('hex')}`,
    ];
    expect(keys.map(shownName)).toEqual(['(hidden)', '(hidden)', '(hidden)']);
  });
});
