import { describe, expect, test } from 'vitest';
import { checkVariableName } from '../src/variable-name.ts';
import { thrown } from './fetch-context.ts';
import { generatedSecret } from './generated-secret.ts';

describe('checkVariableName', () => {
  test.each(['API_KEY', '_', 'a', 'Mixed_Case_9'])('takes %s', (name) => {
    expect(() => checkVariableName(name)).not.toThrow();
  });

  test.each(['', '9LIVES', 'WITH SPACE', 'WITH-DASH', 'A=B', 'A\0B', 'ÄPI_KEY', 'KEY\n', '$KEY'])(
    'refuses %j as an invalid reference',
    (name) => {
      expect(thrown(() => checkVariableName(name))).toMatchObject({
        code: 'invalid_reference',
        hint: expect.any(String),
      });
    },
  );

  test('the message tells where the name goes wrong', () => {
    expect(thrown(() => checkVariableName('API KEY')).message).toContain('position 3');
    expect(thrown(() => checkVariableName('1KEY')).message).toContain('position 0');
  });

  test('a value passed by mistake is not quoted', () => {
    const value = generatedSecret();
    const { message, hint } = thrown(() => checkVariableName(value));
    expect(`${message} ${hint}`).not.toContain(value);
  });
});
