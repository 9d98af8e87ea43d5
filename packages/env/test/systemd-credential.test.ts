import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemdCredential } from '../src/index.ts';
import { failure, fetched, revealed, thrown } from './fetch-context.ts';
import { replaceFile, temporaryDirectory } from './temporary-directory.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('systemdCredential', () => {
  test('reads the credential from $CREDENTIALS_DIRECTORY', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'api_key'), 'v\n', { mode: 0o400 });
    vi.stubEnv('CREDENTIALS_DIRECTORY', directory);
    const source = systemdCredential('api_key');
    expect(source.name).toBe('systemd:api_key');
    expect(await revealed(source)).toBe('v');
  });

  test('is superseded when the credential is replaced', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'api_key'), 'one');
    const source = systemdCredential('api_key', { env: { CREDENTIALS_DIRECTORY: directory } });
    const { superseded } = await fetched(source);
    const replaced = new Promise((resolve) => superseded?.addEventListener('abort', resolve));
    await replaceFile(join(directory, 'api_key'), 'two');
    await replaced;
    expect(await revealed(source)).toBe('two');
  });

  test.each([{}, { CREDENTIALS_DIRECTORY: '' }, { CREDENTIALS_DIRECTORY: ' ' }])(
    'is not configured outside of a service with credentials (%j), and says how to add one',
    async (env) => {
      const error = await failure(systemdCredential('api_key', { env }));
      expect(error).toMatchObject({ code: 'not_configured', source: 'systemd:api_key' });
      expect(error.message).toContain('CREDENTIALS_DIRECTORY is not set');
      expect(error.hint).toContain('LoadCredential=api_key:');
    },
  );

  test('is not configured where the service has other credentials', async () => {
    const env = { CREDENTIALS_DIRECTORY: await temporaryDirectory() };
    expect(await failure(systemdCredential('api_key', { env }))).toMatchObject({
      code: 'not_configured',
      source: 'systemd:api_key',
      hint: expect.stringContaining('LoadCredential=api_key:'),
    });
  });

  test('an aborted signal ends the fetch before the environment is looked at', async () => {
    expect((await failure(systemdCredential('api_key', { env: {} }), { signal: AbortSignal.abort() })).code).toBe(
      'aborted',
    );
  });

  test.each(['', '..', '../shadow', 'a/b'])('refuses %j when it is made', (name) => {
    expect(thrown(() => systemdCredential(name)).code).toBe('invalid_reference');
  });
});
