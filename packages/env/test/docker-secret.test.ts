import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dockerSecret } from '../src/index.ts';
import { failure, revealed, thrown } from './fetch-context.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('dockerSecret', () => {
  test('reads the secret from the directory of mounted secrets', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'api_key'), 'v\n', { mode: 0o444 });
    expect(await revealed(dockerSecret('api_key', { directory }))).toBe('v');
  });

  test.runIf(process.platform !== 'win32')('looks in /run/secrets by default', async () => {
    const error = await failure(dockerSecret('keyturn-test-no-such-secret'));
    expect(error.code).toBe('not_configured');
    expect(error.message).toContain('/run/secrets/keyturn-test-no-such-secret');
  });

  test('passes the options of fileSource on', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'api_key'), 'v\n');
    expect(await revealed(dockerSecret('api_key', { directory, exact: true }))).toBe('v\n');
  });

  test.each(['', '.', '..', '../shadow', 'a/b', '/etc/shadow', 'a\\b', 'a\0'])('refuses %j when it is made', (name) => {
    const error = thrown(() => dockerSecret(name));
    expect(error).toMatchObject({ code: 'invalid_reference', hint: expect.stringContaining('fileSource') });
  });
});
