import { expect, test } from 'vitest';
import { revealText } from '../src/reveal-text.ts';
import { secret } from '../src/secret.ts';

test('revealText gives the text of a Secret or of a bare text, and refuses a record without showing it', () => {
  expect([revealText(secret('a'), 'test'), revealText('b', 'test')]).toEqual(['a', 'b']);
  expect(() => revealText({ user: 'app', password: secret('x') }, 'test')).toThrow(
    expect.objectContaining({
      code: 'invalid_response',
      source: 'test',
      message: 'the value is a record, not one secret',
      hint: 'use get(), or select() one field',
    }),
  );
});
