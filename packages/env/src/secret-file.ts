import type { FileHandle } from 'node:fs/promises';
import { CredentialError, type CredentialErrorCode } from '@keyturn/core';

/** 1 MiB: more than any secret, less than a log file given by mistake. The same limit as Kubernetes sets for a Secret. */
const MAX_BYTES = 1_048_576;

export interface SecretFile {
  readonly bytes: Buffer;
  /** Permission bits, as `chmod` takes them. Meaningless on Windows. */
  readonly mode: number;
  /** Changes with every replacement and edit: time of modification and inode, nothing of the content. */
  readonly version: string;
}

export interface SecretFilePlace {
  /** Absolute. */
  readonly path: string;
  /** What messages call the file. */
  readonly label: string;
  /** Name of the source. */
  readonly source: string;
  /** What a file that does not exist means. */
  readonly missing: { readonly code: CredentialErrorCode; readonly hint: string };
}

/**
 * Reads a whole regular file, through symbolic links. Anything else is refused: a FIFO would wait for a writer, a
 * device might never end.
 * @throws {CredentialError} the `missing` code, `access_denied`, `invalid_reference` (no regular file),
 *   `invalid_response` (over 1 MiB), `unreachable` (the file system fails)
 */
export async function readSecretFile(place: SecretFilePlace): Promise<SecretFile> {
  // Loaded on first use: it costs more than the rest of the package's import.
  const { constants, open } = await import('node:fs/promises');
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  let handle: FileHandle | undefined;
  try {
    handle = await open(place.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw notRegular(place, stats.isDirectory() ? 'a directory' : 'no regular file');
    return {
      bytes: await readAtMost(handle, Number(stats.size), place),
      mode: Number(stats.mode) & 0o777,
      version: `${stats.mtimeNs.toString(36)}-${stats.ino.toString(36)}`,
    };
  } catch (error) {
    throw toCredentialError(error, place);
  } finally {
    await handle?.close();
  }
}

/** The size is a hint only: it is 0 for what the kernel makes up (`/proc`), and the file may grow meanwhile. */
async function readAtMost(handle: FileHandle, size: number, place: SecretFilePlace): Promise<Buffer> {
  if (size > MAX_BYTES) throw tooLarge(place);
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.max(size + 1, 4_096)));
    if (bytesRead === 0) return Buffer.concat(chunks);
    total += bytesRead;
    if (total > MAX_BYTES) throw tooLarge(place);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

/** What the system's error codes say of a path that leads to no regular file. */
const NOT_REGULAR: ReadonlyMap<string, string> = new Map([
  ['EISDIR', 'a directory'],
  ['ENXIO', 'no regular file'],
  ['ENODEV', 'no regular file'],
  ['ELOOP', 'a loop of symbolic links'],
  ['ENAMETOOLONG', 'named longer than the file system allows'],
]);

function toCredentialError(error: unknown, place: SecretFilePlace): CredentialError {
  if (error instanceof CredentialError) return error;
  const { source, label, missing } = place;
  // Node's own error is left out of the cause: its message quotes the path, which may be a secret put there by mistake.
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  const notRegularBecause = NOT_REGULAR.get(code);
  if (notRegularBecause !== undefined) return notRegular(place, notRegularBecause);
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new CredentialError(missing.code, `${label} does not exist`, { source, hint: missing.hint });
    case 'EACCES':
    case 'EPERM':
      return new CredentialError('access_denied', `${label} may not be read by this process`, {
        source,
        hint: 'let the user that this process runs as read it',
      });
    default:
      return new CredentialError('unreachable', `${label} could not be read (${code})`, {
        source,
        hint: 'check the file system it is on',
      });
  }
}

function notRegular({ label, source }: SecretFilePlace, what: string): CredentialError {
  return new CredentialError('invalid_reference', `${label} is ${what}`, { source, hint: 'name a regular file' });
}

function tooLarge({ label, source }: SecretFilePlace): CredentialError {
  return new CredentialError('invalid_response', `${label} is larger than 1 MiB`, {
    source,
    hint: 'check that the path names the secret and not some other file',
  });
}
