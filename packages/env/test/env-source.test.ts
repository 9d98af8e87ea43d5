import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fakeClock } from '@keyturn/core/conformance';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { envSource } from '../src/index.ts';
import { failure, fetched, revealed, thrown } from './fetch-context.ts';
import { generatedSecret } from './generated-secret.ts';
import { inBraces } from './in-braces.ts';
import { replaceFile, temporaryDirectory, temporaryFile } from './temporary-directory.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('envSource', () => {
  test('yields the value of the variable', async () => {
    const value = generatedSecret();
    vi.stubEnv('KEYTURN_TEST_KEY', value);
    expect(await revealed(envSource('KEYTURN_TEST_KEY'))).toBe(value);
  });

  test('names itself and says where the value came from, and when', async () => {
    const clock = fakeClock();
    const { origin, superseded } = await fetched(envSource('API_KEY', { env: { API_KEY: 'v' } }), { clock });
    expect(envSource('API_KEY').name).toBe('env:API_KEY');
    expect(origin).toEqual({ adapter: 'env', reference: 'env://API_KEY', fetchedAt: new Date(clock.now()) });
    expect(superseded).toBeUndefined();
  });

  test.each(['  spaced  ', 'a\nb\n', 'ünï 🔑', 'a$b', 'x"\'`\\'])('leaves the value %j as it is', async (value) => {
    expect(await revealed(envSource('API_KEY', { env: { API_KEY: value } }))).toBe(value);
  });

  test('reads the variable anew at each fetch', async () => {
    const source = envSource('KEYTURN_TEST_KEY');
    vi.stubEnv('KEYTURN_TEST_KEY', 'one');
    expect(await revealed(source)).toBe('one');
    vi.stubEnv('KEYTURN_TEST_KEY', 'two');
    expect(await revealed(source)).toBe('two');
  });

  test('answers an unchanged value with the previous credential', async () => {
    const env: Record<string, string> = { API_KEY: 'one' };
    const source = envSource('API_KEY', { env });
    const previous = await fetched(source);
    expect(await fetched(source, { previous })).toBe(previous);
    expect(await fetched(source, { previous, rejected: previous })).not.toBe(previous);
    env['API_KEY'] = 'two';
    expect((await fetched(source, { previous })).value.reveal()).toBe('two');
  });

  test('refuses what is no name of a variable when it is made', () => {
    expect(thrown(() => envSource('API-KEY')).code).toBe('invalid_reference');
  });

  test('takes nothing that is inherited by the object of variables', async () => {
    expect((await failure(envSource('constructor', { env: {} }))).code).toBe('not_configured');
  });

  test.each([
    ['unset', {}, 'API_KEY is not set'],
    ['empty', { API_KEY: '' }, 'API_KEY is empty'],
    ['white space', { API_KEY: ' \t\r\n' }, 'API_KEY holds only white space'],
    ['a variable reference', { API_KEY: inBraces('API_KEY') }, 'API_KEY holds a variable reference'],
    ['a reference to itself', { API_KEY: '$API_KEY' }, 'API_KEY holds a variable reference'],
    ['an input reference', { API_KEY: inBraces('input:key') }, 'API_KEY holds a reference to one of the "inputs"'],
    ['a secret reference', { API_KEY: 'op://v/i/f' }, 'API_KEY holds a reference to a secret manager'],
    ['what the Docker gateway passes', { API_KEY: '<UNKNOWN>' }, 'API_KEY holds a sample text'],
    ['a text from documentation', { API_KEY: 'sk-your-api-key-here' }, 'API_KEY holds a sample text'],
    ['a masked value', { API_KEY: 'sk-xxxxxxxx' }, 'API_KEY holds a masked copy'],
    ['a converted value', { API_KEY: 'undefined' }, 'API_KEY holds a missing value'],
  ])('is not configured by %s, and says so with a hint', async (_case, env, message) => {
    const error = await failure(envSource('API_KEY', { env }));
    expect(error).toMatchObject({
      code: 'not_configured',
      source: 'env:API_KEY',
      hint: expect.stringMatching(/.{10}/),
    });
    expect(error.message).toContain(message);
  });

  test('never quotes a placeholder, which may contain a name worth hiding', async () => {
    const { message, hint } = await failure(envSource('API_KEY', { env: { API_KEY: 'op://private/bank/pin' } }));
    expect(`${message} ${hint}`).not.toContain('private');
  });

  test('takes a placeholder for a value where told to', async () => {
    const env = { API_KEY: 'changeme' };
    expect(await revealed(envSource('API_KEY', { env, allowPlaceholder: true }))).toBe('changeme');
    expect((await failure(envSource('API_KEY', { env: { API_KEY: '' }, allowPlaceholder: true }))).code).toBe(
      'not_configured',
    );
  });

  test('an aborted signal is answered with its own error where that is one', async () => {
    const abort = new AbortController();
    const reason = thrown(() => envSource(''));
    abort.abort(reason);
    expect(await failure(envSource('API_KEY', { env: { API_KEY: 'v' } }), { signal: abort.signal })).toBe(reason);
  });

  test('never writes to process.env', async () => {
    vi.stubEnv('KEYTURN_TEST_KEY', 'one');
    vi.stubEnv('KEYTURN_TEST_OTHER_FILE', await temporaryFile('two'));
    const before = { ...process.env };
    await fetched(envSource('KEYTURN_TEST_KEY'));
    await fetched(envSource('KEYTURN_TEST_OTHER'));
    await failure(envSource('KEYTURN_TEST_MISSING'));
    expect({ ...process.env }).toEqual(before);
  });
});

describe('envSource with NAME_FILE', () => {
  test('reads the file that NAME_FILE names where NAME is not set', async () => {
    const value = generatedSecret();
    const env = { API_KEY_FILE: await temporaryFile(`${value}\n`) };
    const { value: found, origin, version } = await fetched(envSource('API_KEY', { env }));
    expect(found.reveal()).toBe(value);
    expect(origin).toMatchObject({ adapter: 'env', reference: 'env://API_KEY' });
    expect(version).toEqual(expect.any(String));
  });

  test.each(['', ' ', '<UNKNOWN>', inBraces('API_KEY')])('reads it also where NAME is %j', async (API_KEY) => {
    const env = { API_KEY, API_KEY_FILE: await temporaryFile('from the file') };
    expect(await revealed(envSource('API_KEY', { env }))).toBe('from the file');
  });

  test('refuses a value in both, since one of them is out of date', async () => {
    const env = { API_KEY: 'one', API_KEY_FILE: await temporaryFile('two') };
    const error = await failure(envSource('API_KEY', { env }));
    expect(error).toMatchObject({ code: 'invalid_reference', message: 'API_KEY and API_KEY_FILE are both set' });
    expect(error.hint).toBe('keep one of them');
  });

  test.each(['', '  '])('an empty NAME_FILE (%j) counts as not set', async (API_KEY_FILE) => {
    expect(await revealed(envSource('API_KEY', { env: { API_KEY: 'one', API_KEY_FILE } }))).toBe('one');
    expect((await failure(envSource('API_KEY', { env: { API_KEY_FILE } }))).code).toBe('not_configured');
  });

  test('a placeholder in NAME_FILE is told as such', async () => {
    const { code, message } = await failure(envSource('API_KEY', { env: { API_KEY_FILE: inBraces('KEY_FILE') } }));
    expect(code).toBe('not_configured');
    expect(message).toContain('API_KEY_FILE holds a variable reference');
  });

  test('a file that does not exist is not found, which stops a chain, and its path is not told', async () => {
    const value = generatedSecret(); // the secret itself, put there by mistake
    const error = await failure(envSource('API_KEY', { env: { API_KEY_FILE: value } }));
    expect(error).toMatchObject({ code: 'not_found', source: 'env:API_KEY' });
    expect(`${error.message} ${error.hint} ${error.cause}`).not.toContain(value);
    expect(error.hint).toContain('API_KEY_FILE');
  });

  test.each([
    ['an empty file', ''],
    ['a file with a placeholder', 'changeme\n'],
  ])('%s is not configured', async (_case, content) => {
    const { code, message } = await failure(
      envSource('API_KEY', { env: { API_KEY_FILE: await temporaryFile(content) } }),
    );
    expect(code).toBe('not_configured');
    expect(message).toContain('the file that API_KEY_FILE names');
  });

  test('a directory is an invalid reference', async () => {
    const env = { API_KEY_FILE: await temporaryDirectory() };
    expect((await failure(envSource('API_KEY', { env }))).code).toBe('invalid_reference');
  });

  test('is superseded when the file is replaced', async () => {
    const file = join(await temporaryDirectory(), 'key');
    await writeFile(file, 'one');
    const source = envSource('API_KEY', { env: { API_KEY_FILE: file } });
    const { superseded } = await fetched(source);
    const replaced = new Promise((resolve) => superseded?.addEventListener('abort', resolve));
    await replaceFile(file, 'two');
    await replaced;
    expect(await revealed(source)).toBe('two');
  });

  test('is left alone where the application means something else by it', async () => {
    const options = { env: { API_KEY: 'one', API_KEY_FILE: '/somewhere' }, fileVariable: false };
    expect(await revealed(envSource('API_KEY', options))).toBe('one');
    const error = await failure(envSource('API_KEY', { ...options, env: { API_KEY_FILE: '/somewhere' } }));
    expect(error.code).toBe('not_configured');
    expect(error.hint).not.toContain('API_KEY_FILE');
  });
});
