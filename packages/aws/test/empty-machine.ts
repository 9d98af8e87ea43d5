import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';

export interface EmptyMachine {
  /** Writes one of AWS's shared files. */
  write(file: 'config' | 'credentials', text: string): void;
  /** A path in the folder of these files. */
  path(name: string): string;
}

/** Before each test of this file the machine knows nothing of AWS, whatever its owner has set up. */
export function useEmptyMachine(): EmptyMachine {
  let folder = '';
  const path = (name: string) => join(folder, name);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyturn-aws-'));
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_CONFIG_FILE', path('config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path('credentials'));
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return { path, write: (file, text) => writeFileSync(path(file), text) };
}
