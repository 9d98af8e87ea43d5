import { describe, expect, test } from 'vitest';
import { fieldPath } from '../../src/composition/field-path.ts';

describe('fieldPath', () => {
  test.each([
    ['password', ['password']],
    ['', ['']],
    ['a/b', ['a/b']],
    ['a~1b', ['a~1b']],
    ['/', ['']],
    ['/foo', ['foo']],
    ['/foo/0', ['foo', '0']],
    ['/a~1b', ['a/b']],
    ['/m~0n', ['m~n']],
    ['/~01', ['~1']],
    ['/ ', [' ']],
    ['/a//b/', ['a', '', 'b', '']],
  ])('%j leads to %j', (field, path) => {
    expect(fieldPath(field)).toEqual(path);
  });

  test.each([
    ['/a~', 3],
    ['/a~2b', 3],
    ['/ok/~~0', 5],
  ])('%j is malformed at character %d', (field, position) => {
    expect(() => fieldPath(field)).toThrow(
      expect.objectContaining({
        code: 'invalid_reference',
        message: `malformed JSON pointer, at character ${position} of it`,
      }),
    );
  });
});
