import { join } from 'node:path';
import type { CredentialSource } from '@keyturn/core';
import { checkEntryName } from './entry-name.ts';
import type { FileSourceOptions } from './file-content.ts';
import { absolutePath } from './file-path.ts';
import { fileSource } from './file-source.ts';

export interface DockerSecretOptions extends FileSourceOptions {
  /** Where the secrets are mounted. Default: `/run/secrets`, as Docker and Podman do in Linux containers. */
  readonly directory?: string | URL;
}

/**
 * The secret that Docker, Podman or Compose mounts at `/run/secrets/NAME`. Otherwise as `fileSource`.
 *
 * @throws {CredentialError} `invalid_reference` where `name` is not the name of one entry (no `/`, no `..`)
 */
export function dockerSecret(name: string, options: DockerSecretOptions = {}): CredentialSource {
  checkEntryName(name);
  const { directory = '/run/secrets', ...rest } = options;
  return fileSource(join(absolutePath(directory), name), rest);
}
