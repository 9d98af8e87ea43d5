import { chmod, mkdir, symlink, unlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { dotenvSource } from '../src/index.ts';
import { failure, fetched, revealed, thrown } from './fetch-context.ts';
import { generatedSecret } from './generated-secret.ts';
import { inBraces } from './in-braces.ts';
import { replaceFile, temporaryDirectory, temporaryFile } from './temporary-directory.ts';

const POSIX = process.platform !== 'win32';

describe('dotenvSource', () => {
  test('yields one variable of the file', async () => {
    const value = generatedSecret();
    const file = await temporaryFile(`# a comment\nOTHER=1\nAPI_KEY=${value}\n`);
    const { value: found, origin, version } = await fetched(dotenvSource(file, 'API_KEY'));
    expect(found.reveal()).toBe(value);
    expect(origin).toMatchObject({ adapter: 'dotenv', reference: `dotenv:${file}#API_KEY` });
    expect(version).toEqual(expect.any(String));
  });

  test.each([
    ['export', 'export API_KEY=v', 'v'],
    ['double quotes', 'API_KEY="a # b"', 'a # b'],
    ['single quotes', 'API_KEY=\'a "b"\'', 'a "b"'],
    ['an escaped newline', 'API_KEY="a\\nb"', 'a\nb'],
    ['several lines', 'API_KEY="a\nb"', 'a\nb'],
    ['a comment behind it', 'API_KEY=v # comment', 'v'],
    ['an equals sign in it', 'API_KEY==a=b=', '=a=b='],
    ['a duplicate, the last one', 'API_KEY=1\nAPI_KEY=2', '2'],
    ['CRLF', 'OTHER=1\r\nAPI_KEY=v\r\n', 'v'],
    ['a byte order mark', '\uFEFFAPI_KEY=v', 'v'],
    ['Unicode', 'API_KEY=ünï🔑', 'ünï🔑'],
    ['dollar signs', 'API_KEY=pa$$w$ord', 'pa$$w$ord'],
  ])('parses %s', async (_what, content, value) => {
    expect(await revealed(dotenvSource(await temporaryFile(content), 'API_KEY'))).toBe(value);
  });

  test('takes a path relative to the working directory, and a file URL', async () => {
    const file = await temporaryFile('API_KEY=v');
    expect(await revealed(dotenvSource(relative(process.cwd(), file), 'API_KEY'))).toBe('v');
    expect(await revealed(dotenvSource(pathToFileURL(file), 'API_KEY'))).toBe('v');
  });

  test('puts nothing into process.env', async () => {
    const before = { ...process.env };
    await fetched(dotenvSource(await temporaryFile('KEYTURN_TEST_DOTENV=v'), 'KEYTURN_TEST_DOTENV'));
    expect({ ...process.env }).toEqual(before);
  });

  test('reads the file anew at each fetch and answers an unchanged value with the previous credential', async () => {
    const file = await temporaryFile('API_KEY=one');
    const source = dotenvSource(file, 'API_KEY');
    const previous = await fetched(source);
    await writeFile(file, 'API_KEY=one\nOTHER=1');
    expect(await fetched(source, { previous })).toBe(previous);
    await writeFile(file, 'API_KEY=two');
    expect((await fetched(source, { previous })).value.reveal()).toBe('two');
  });

  test('is superseded when its own variable changes, not when another one does', async () => {
    const file = await temporaryFile('ONE=1\nTWO=1');
    const one = await fetched(dotenvSource(file, 'ONE'));
    const two = await fetched(dotenvSource(file, 'TWO'));
    const replaced = new Promise((resolve) => two.superseded?.addEventListener('abort', resolve));
    await replaceFile(file, 'ONE=1\nTWO=2');
    await replaced;
    expect(one.superseded?.aborted).toBe(false);
  });

  test.each([
    ['no such variable', 'OTHER=1', 'has no API_KEY'],
    ['an empty file', '', 'has no API_KEY'],
    ['an empty value', 'API_KEY=', 'is empty'],
    ['white space', 'API_KEY="  "', 'holds only white space'],
    ['a placeholder', 'API_KEY=your-api-key-here', 'holds a sample text'],
    ['a reference that Node does not expand', `API_KEY=${inBraces('OTHER')}`, 'holds a variable reference'],
    ['a variable that only objects have', '', 'has no constructor', 'constructor'],
  ])('is not configured by %s', async (_case, content, message, name = 'API_KEY') => {
    const file = await temporaryFile(content);
    const error = await failure(dotenvSource(file, name));
    expect(error).toMatchObject({ code: 'not_configured', hint: expect.any(String) });
    expect(error.message).toContain(message);
    expect(error.message).toContain(file);
  });

  test('takes a placeholder for a value where told to', async () => {
    const file = await temporaryFile('API_KEY=changeme');
    expect(await revealed(dotenvSource(file, 'API_KEY', { allowPlaceholder: true }))).toBe('changeme');
  });

  test('is not configured without the file, and the hint says what to create', async () => {
    const error = await failure(dotenvSource(join(await temporaryDirectory(), '.env'), 'API_KEY'));
    expect(error.code).toBe('not_configured');
    expect(error.hint).toContain('API_KEY=');
    expect(error.hint).toContain('chmod 600');
  });

  test('refuses what is no name of a variable, and what is no path, when it is made', () => {
    expect(thrown(() => dotenvSource('.env', 'API KEY')).code).toBe('invalid_reference');
    expect(thrown(() => dotenvSource('', 'API_KEY')).code).toBe('invalid_reference');
  });

  test('a file that is no UTF-8 is an invalid response', async () => {
    const file = await temporaryFile(Buffer.from('API_KEY=\xff\xfe', 'latin1'));
    expect((await failure(dotenvSource(file, 'API_KEY'))).code).toBe('invalid_response');
  });

  test('a directory is an invalid reference', async () => {
    const directory = join(await temporaryDirectory(), '.env');
    await mkdir(directory);
    expect((await failure(dotenvSource(directory, 'API_KEY'))).code).toBe('invalid_reference');
  });
});

describe.runIf(POSIX)('dotenvSource and permissions', () => {
  test.each(['600', '400', '640', '660', '700', '611'])('reads a file of mode %s', async (mode) => {
    const file = await temporaryFile('API_KEY=v');
    await chmod(file, mode);
    expect(await revealed(dotenvSource(file, 'API_KEY'))).toBe('v');
  });

  test.each(['644', '604', '602', '666', '777'])('refuses a file of mode %s and says how to close it', async (mode) => {
    const file = await temporaryFile('API_KEY=v');
    await chmod(file, mode);
    const error = await failure(dotenvSource(file, 'API_KEY'));
    expect(error).toMatchObject({ code: 'access_denied', hint: `chmod 600 ${file}` });
    expect(error.message).toContain('every user of this machine');
  });

  test('reads it all the same where told to', async () => {
    const file = await temporaryFile('API_KEY=v');
    await chmod(file, 0o644);
    expect(await revealed(dotenvSource(file, 'API_KEY', { allowWorldReadable: true }))).toBe('v');
  });

  test('looks at the mode of the file, not of a link to it', async () => {
    const file = await temporaryFile('API_KEY=v');
    const link = `${file}.link`;
    await symlink(file, link);
    expect(await revealed(dotenvSource(link, 'API_KEY'))).toBe('v');
    await chmod(file, 0o644);
    expect((await failure(dotenvSource(link, 'API_KEY'))).code).toBe('access_denied');
  });

  test('a file made readable again is read at the next fetch', async () => {
    const file = await temporaryFile('API_KEY=v');
    const source = dotenvSource(file, 'API_KEY');
    await chmod(file, 0o644);
    await failure(source);
    await chmod(file, 0o600);
    expect(await revealed(source)).toBe('v');
    await unlink(file);
    expect((await failure(source)).code).toBe('not_configured');
  });
});
