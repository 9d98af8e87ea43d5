import { describe, expect, test } from 'vitest';
import { isJsonContainer, parseJsonText } from '../../src/composition/json-text.ts';

describe('parseJsonText', () => {
  test.each(['12345678901234567890', '1.0', '1e3', '-0', '0.1234567890123456789'])(
    'keeps the number %s as it is written',
    (text) => {
      expect(JSON.stringify(parseJsonText(`{"n":[${text}]}`))).toBe(`{"n":[${text}]}`);
    },
  );

  test('reads everything else as JSON.parse does', () => {
    const value = { text: 'ü\n', yes: true, no: false, nothing: null, list: ['a', {}], ['__proto__']: 'own' };
    expect(parseJsonText(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
  });

  test('throws where the text is no JSON', () => {
    expect(() => parseJsonText('{')).toThrow(SyntaxError);
  });
});

describe('isJsonContainer', () => {
  test('tells objects and arrays from all else, kept numbers included', () => {
    const containers = ['{}', '[]', '1', '"a"', 'null', 'true'].map((text) => isJsonContainer(parseJsonText(text)));
    expect(containers).toEqual([true, true, false, false, false, false]);
  });
});
