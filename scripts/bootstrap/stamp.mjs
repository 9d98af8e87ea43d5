import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Inside node_modules, so that removing that folder also removes the claim that it is complete. */
const STAMP = join('node_modules', '.keyturn-installed');

/**
 * A digest of everything that decides what an install puts in place.
 *
 * @param {string} root
 */
export function installDigest(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of installInputs(root)) {
    hash
      .update(`${file}\n`)
      .update(readFileSync(join(root, file)))
      .update('\n');
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @returns {string[]} paths relative to the root, sorted
 */
function installInputs(root) {
  const manifests = workspaceFolders(root).map((folder) => join(folder, 'package.json'));
  return ['.npmrc', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]
    .filter((file) => existsSync(join(root, file)))
    .sort();
}

/**
 * The folders that pnpm-workspace.yaml names, each by its path or as `parent/*`.
 *
 * @param {string} root
 */
export function workspaceFolders(root) {
  const yaml = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');
  const list = /^packages:\n((?: {2}- .*\n?)+)/m.exec(yaml)?.[1] ?? '';
  return [...list.matchAll(/^ {2}- ['"]?([^'"\n]+)['"]?$/gm)].flatMap(([, pattern = '']) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    if (!existsSync(join(root, parent))) return [];
    return readdirSync(join(root, parent)).map((name) => join(parent, name));
  });
}

/**
 * @param {string} root
 * @param {string} digest
 */
export function isInstalled(root, digest) {
  const stamp = join(root, STAMP);
  const node = join(root, 'node_modules', '.bin', 'node');
  return existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

/**
 * @param {string} root
 * @param {string} digest
 */
export function markInstalled(root, digest) {
  writeFileSync(join(root, STAMP), digest);
}
