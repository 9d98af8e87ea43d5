import { CredentialError } from '@keyturn/core';

/**
 * Checks the name of an environment variable: ASCII letters, digits and underscores, no digit first (POSIX, IEEE Std
 * 1003.1, 8.1). The message tells the position only: whoever passes a value by mistake must not see it in a log.
 * @throws {CredentialError} `invalid_reference`
 */
export function checkVariableName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  const position = /^[0-9]/.test(name) ? 0 : name.search(/[^A-Za-z0-9_]/);
  const problem =
    name === '' ? 'is empty' : `has a character at position ${position} that no variable name may have there`;
  throw new CredentialError('invalid_reference', `the name of an environment variable ${problem}`, {
    hint: 'use letters, digits and underscores, no digit first; give the name of the variable, never its value',
  });
}
