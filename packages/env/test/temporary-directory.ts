import { mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of this test alone, gone when it ends. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'keyturn-env-')));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A file in a directory of this test alone. */
export async function temporaryFile(content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(await temporaryDirectory(), 'file');
  await writeFile(path, content, { mode });
  return path;
}

/** Replaces a file as a careful writer does: a new one beside it, renamed over it. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
