import { readFileSync } from 'node:fs';
import { defineConfig } from 'tsdown';

/** What this file reads of the manifest of the package that is being built, in whose folder the build runs. */
interface Manifest {
  readonly publishConfig?: object;
  readonly exports?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const entries = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})];

export default defineConfig({
  cwd: process.cwd(),
  entry: entries.length > 0 ? entries : ['./src/main.ts'],
  root: 'src',
  dts: entries.length > 0,
  fixedExtension: false,
  hash: false,
  target: 'node22.12',
  report: false,
  failOnWarn: true,
  suppressWarnings: 'TypeScript 7.0 does not yet have a stable API',
  // An application is one file that runs from anywhere; a library leaves the others to the one who installs it.
  deps: manifest.publishConfig ? {} : { alwaysBundle: [/^@keyturn\//] },
});
