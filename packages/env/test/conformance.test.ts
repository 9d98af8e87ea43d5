import { mkdtempSync } from 'node:fs';
import { chmod, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Secret } from '@keyturn/core';
import { type SourceHarness, sourceConformance } from '@keyturn/core/conformance';
import { afterAll, describe, test } from 'vitest';
import { dotenvSource, envSource, fileSource } from '../src/index.ts';
import { UNREADABLE_FOR_ALL } from './unreadable-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'keyturn-conformance-'));
afterAll(() => rm(directory, { recursive: true, force: true }));

const notFound = 'what is not there was never configured: not_configured, as in `unconfigured`';
const noLogin = 'nobody logs in to it';
const noThrottle = 'it throttles nobody';
const noLease = 'nothing is minted';
const noHang =
  'a local file system that hangs cannot be had in a test; the wait is ended by the signal whatever it is for';

const linuxOnly = 'a file in that state is to be had on Linux only';
const LINUX = process.platform === 'linux';

const variableOf = (item: string) => item.replaceAll('-', '_').toUpperCase();
const pathOf = (item: string) => join(directory, item);

/** Renamed into place, as secrets are updated. */
async function put(item: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${pathOf(item)}.new`, content, { mode: 0o600 });
  await rename(`${pathOf(item)}.new`, pathOf(item));
}

/** Puts another file in the place of the item's until it is called back. */
async function swapIn(item: string, target: string): Promise<() => Promise<void>> {
  await rename(pathOf(item), `${pathOf(item)}.aside`);
  await symlink(target, pathOf(item));
  return () => rename(`${pathOf(item)}.aside`, pathOf(item));
}

/** Every read of it fails with EIO. */
function failing(item: string): Promise<() => Promise<void>> {
  return swapIn(item, '/proc/self/mem');
}

async function fill(item: string, content: Uint8Array): Promise<() => Promise<void>> {
  await rename(pathOf(item), `${pathOf(item)}.aside`);
  await put(item, content);
  return () => rename(`${pathOf(item)}.aside`, pathOf(item));
}

const env: Record<string, string> = {};

const variables: SourceHarness = {
  name: 'environment variable',
  source: (item) => envSource(variableOf(item), { env }),
  unconfigured: () => envSource('KEYTURN_TEST_UNSET', { env }),
  async serve(item, value) {
    env[variableOf(item)] = value.reveal();
  },
  inapplicable: {
    missing: notFound,
    denied: 'a process may read all of its environment',
    unauthenticated: noLogin,
    throttled: noThrottle,
    unreachable: 'the environment is part of the process',
    malformed: 'any text is a value',
    hanging: 'reading it takes no time',
    lease: noLease,
    binary: 'environment variables hold no NUL bytes, and Node takes them as text',
  },
};

const dotenvFiles: SourceHarness = {
  name: '.env file',
  source: (item) => dotenvSource(pathOf(item), variableOf(item)),
  unconfigured: () => dotenvSource(pathOf('unset'), 'API_KEY'),
  serve: (item, value) => put(item, `OTHER=1\n${variableOf(item)}=${quoted(value)}\n`),
  states: {
    async denied(item) {
      await chmod(pathOf(item), 0o644);
      return () => chmod(pathOf(item), 0o600);
    },
    malformed: (item) => fill(item, Uint8Array.from([0xff, 0xfe])),
    ...(LINUX && { unreachable: failing }),
  },
  inapplicable: {
    missing: notFound,
    unauthenticated: noLogin,
    throttled: noThrottle,
    hanging: noHang,
    lease: noLease,
    ...(!LINUX && { unreachable: linuxOnly }),
    binary: 'a .env file is text',
    multiline: 'the parser of Node ends lines with LF, also where the file has CRLF',
  },
};

/** A .env file knows no escape for a quote, so the kind of quote is one that the value does not contain. */
function quoted(value: Secret): string {
  const text = value.reveal();
  const quote = ["'", '"', '`'].find((mark) => !text.includes(mark));
  return `${quote}${text}${quote}`;
}

const files: SourceHarness = {
  name: 'file',
  source: (item) => fileSource(pathOf(item)),
  unconfigured: () => fileSource(pathOf('unset')),
  serve: (item, value) => put(item, value.revealBytes()),
  states: {
    malformed: (item) => fill(item, new Uint8Array(2_000_000)),
    ...(LINUX && { denied: (item: string) => swapIn(item, UNREADABLE_FOR_ALL), unreachable: failing }),
  },
  inapplicable: {
    missing: notFound,
    unauthenticated: noLogin,
    throttled: noThrottle,
    hanging: noHang,
    lease: noLease,
    ...(!LINUX && { denied: linuxOnly, unreachable: linuxOnly }),
  },
};

for (const harness of [variables, dotenvFiles, files]) sourceConformance({ describe, test }, harness);
