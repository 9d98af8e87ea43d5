import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { references } from '@keyturn/core';
import { describe, expect, test } from 'vitest';
import { fileScheme, fileSource } from '../src/index.ts';
import { fetched, revealed, thrown } from './fetch-context.ts';
import { temporaryDirectory, temporaryFile } from './temporary-directory.ts';

const known = references([fileScheme]);

describe('fileScheme', () => {
  test('file:///PATH names the file', async () => {
    const url = pathToFileURL(await temporaryFile('v\n'));
    expect(await revealed(known.source(url.href))).toBe('v');
  });

  test('the fragment picks a field of a JSON file', async () => {
    const url = pathToFileURL(await temporaryFile('{"password":"p"}'));
    expect(await revealed(known.source(`${url.href}#password`))).toBe('p');
  });

  test('names that need escaping are read, and the reference of the credential leads back to the file', async () => {
    const file = join(await temporaryDirectory(), 'a b#c?d%e ü');
    await writeFile(file, 'v');
    const { origin } = await fetched(fileSource(file));
    expect(await revealed(known.source(origin.reference))).toBe('v');
  });

  test.each(['file://run/secrets/x', 'file://x', 'file://', 'file:///a%2Fb', 'file:///a%00b', 'file:///a?mode=1'])(
    '%s is refused',
    (text) => {
      expect(thrown(() => known.source(text)).code).toBe('invalid_reference');
    },
  );

  test('two slashes instead of three are told from three', () => {
    expect(thrown(() => known.source('file://run/secrets/x')).hint).toContain('three slashes');
  });
});
