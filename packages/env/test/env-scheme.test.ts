import { references } from '@keyturn/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { envScheme } from '../src/index.ts';
import { failure, revealed, thrown } from './fetch-context.ts';
import { temporaryFile } from './temporary-directory.ts';

const known = references([envScheme]);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('envScheme', () => {
  test('env://NAME names the variable, upper and lower case as written', async () => {
    vi.stubEnv('Keyturn_Test_Key', 'v');
    expect(await revealed(known.source('env://Keyturn_Test_Key'))).toBe('v');
  });

  test('the fragment picks a field of a JSON value', async () => {
    vi.stubEnv('KEYTURN_TEST_KEY', '{"user":"u","deep":{"password":"p"}}');
    expect(await revealed(known.source('env://KEYTURN_TEST_KEY#user'))).toBe('u');
    expect(await revealed(known.source('env://KEYTURN_TEST_KEY#/deep/password'))).toBe('p');
  });

  test('NAME_FILE is heeded', async () => {
    vi.stubEnv('KEYTURN_TEST_KEY_FILE', await temporaryFile('v\n'));
    expect(await revealed(known.source('env://KEYTURN_TEST_KEY'))).toBe('v');
  });

  test('a variable that is not set is not configured', async () => {
    expect((await failure(known.source('env://KEYTURN_TEST_UNSET'))).code).toBe('not_configured');
  });

  test.each(['env://A/B', 'env:///A', 'env://A/', 'env://A%20B', 'env://A?x=1', 'env://'])('%s is refused', (text) => {
    expect(thrown(() => known.source(text)).code).toBe('invalid_reference');
  });
});
