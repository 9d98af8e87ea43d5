import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { installOnce } from '../src/install-once.ts';

describe('installOnce', () => {
  let cache: string;
  let folder: string;
  let installs: number;

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'keyturn-install-once-'));
    folder = join(cache, 'server-1.0');
    installs = 0;
  });

  afterEach(() => rm(cache, { recursive: true }));

  const installation = {
    isGood: () => Promise.resolve(existsSync(join(folder, 'server'))),
    onWait: () => undefined,
    install: async (target: string) => {
      installs += 1;
      await mkdir(target);
      await writeFile(join(target, 'server'), 'good');
    },
  };

  test('installs for the first who asks, and for nobody else', async () => {
    await Promise.all([installOnce(folder, installation), installOnce(folder, installation)]);
    await installOnce(folder, installation);
    expect(installs).toBe(1);
    expect(await readdir(cache)).toEqual(['server-1.0']);
  });

  test('leaves nothing of an installation that failed, and tries again', async () => {
    const failing = {
      ...installation,
      install: (target: string) => mkdir(target).then(() => Promise.reject(new Error('no disk'))),
    };
    await expect(installOnce(folder, failing)).rejects.toThrow('no disk');
    expect(await readdir(cache)).toEqual([]);
    await installOnce(folder, installation);
    expect(await readFile(join(folder, 'server'), 'utf8')).toBe('good');
  });

  test('starts over after a process that was killed while it installed', async () => {
    await mkdir(`${folder}.partial`);
    await writeFile(join(`${folder}.partial`, 'half'), '');
    // No process has this id: it is above the highest that Linux and macOS give.
    await writeFile(`${folder}.lock`, '2147483646');
    await installOnce(folder, installation);
    expect(await readdir(folder)).toEqual(['server']);
  });

  test('replaces what is there and cannot be used', async () => {
    await mkdir(folder);
    await writeFile(join(folder, 'broken'), '');
    await installOnce(folder, installation);
    expect(await readdir(folder)).toEqual(['server']);
  });
});
