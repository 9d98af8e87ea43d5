import type { CredentialSource } from '@keyturn/core';
import type { FileSourceOptions } from './file-content.ts';
import { fetchWholeFile, type WholeFileRequest } from './file-credential.ts';
import { absolutePath, fileReference } from './file-path.ts';

/**
 * A secret that has a file of its own: `/run/secrets/x`, a mounted Kubernetes secret, a key file.
 *
 * UTF-8 text is taken without a byte order mark and without one newline (LF or CRLF) at its end, and is
 * `not_configured` where it is empty or a placeholder; bytes that are no UTF-8 are kept as they are. When the file is
 * replaced (renamed over, linked elsewhere, edited in place), `superseded` aborts, so that the next `get()` shows
 * the new value; where the file system tells of no changes, `maxAgeMs` of `refreshing` decides.
 *
 * @param path a path, relative to the working directory at this moment, or a `file:` URL. It shows in logs
 * @throws {CredentialError} `invalid_reference` where `path` is no path. `fetch` throws `not_configured` (no such
 *   file, no value in it), `access_denied`, `invalid_reference` (no regular file), `invalid_response` (larger than 1
 *   MiB), `unreachable` (the file system fails)
 */
export function fileSource(path: string | URL, options: FileSourceOptions = {}): CredentialSource {
  const absolute = absolutePath(path);
  const name = `file:${absolute}`;
  const request: WholeFileRequest = {
    path: absolute,
    label: `the file ${absolute}`,
    source: name,
    missing: { code: 'not_configured', hint: 'create it, or mount the secret there' },
    origin: { adapter: 'file', reference: fileReference(absolute) },
  };
  return { name, fetch: (context) => fetchWholeFile(request, options, context) };
}
