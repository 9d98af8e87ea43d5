import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { watchPoints } from '../src/watch-points.ts';
import { kubernetesVolume } from './kubernetes-volume.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The points below the directory of the test; those of links above it are the machine's own. */
async function pointsBelow(directory: string, path: string) {
  const points = await watchPoints(path);
  return points
    .filter((point) => point.directory.startsWith(directory))
    .map((point) => join(point.directory, point.name));
}

describe('watchPoints', () => {
  test('a plain file is the one point', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'key'), 'v');
    expect(await watchPoints(join(directory, 'key'))).toEqual([{ directory, name: 'key' }]);
  });

  test('a missing file is a point all the same', async () => {
    const directory = await temporaryDirectory();
    expect(await pointsBelow(directory, join(directory, 'a', 'key'))).toEqual([join(directory, 'a', 'key')]);
  });

  test('a Kubernetes volume has the link of the key, ..data and the real file', async () => {
    const volume = await kubernetesVolume({ token: 'one' });
    expect(await pointsBelow(volume.directory, join(volume.directory, 'token'))).toEqual([
      join(volume.directory, 'token'),
      join(volume.directory, '..data'),
      join(volume.current(), 'token'),
    ]);
  });

  test('absolute links, relative links and links on the way are followed', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'releases', '1', 'deep'), { recursive: true });
    await writeFile(join(directory, 'releases', '1', 'key'), 'v');
    await symlink(join(directory, 'releases', '1'), join(directory, 'current'));
    await symlink('../key', join(directory, 'releases', '1', 'deep', 'link'));
    expect(await pointsBelow(directory, join(directory, 'current', 'deep', 'link'))).toEqual([
      join(directory, 'current'),
      join(directory, 'releases', '1', 'deep', 'link'),
      join(directory, 'releases', '1', 'key'),
    ]);
  });

  test('a loop of links ends', async () => {
    const directory = await temporaryDirectory();
    await symlink('b', join(directory, 'a'));
    await symlink('a', join(directory, 'b'));
    const points = new Set(await pointsBelow(directory, join(directory, 'a')));
    expect(points).toEqual(new Set([join(directory, 'a'), join(directory, 'b')]));
  });
});
