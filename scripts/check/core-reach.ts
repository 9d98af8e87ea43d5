import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './command.ts';

/** Every form in which a bundled module names another one. */
const IMPORT =
  /(?:^|[;\s])(?:import|export)\s*(?:[^'"();]*?\bfrom\s*)?['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]/g;

/** The entries of core that run wherever the Web standards do; the others say in their docs what they need of Node. */
const ENTRIES = ['index.js', 'http/index.js'];

/** What was built of these entries may name nothing but core's own files. */
export function checkCoreReach(): Promise<void> {
  const folder = join(ROOT, 'packages', 'core', 'dist');
  const reached = new Set(ENTRIES.map((entry) => join(folder, entry)));
  const foreign: string[] = [];
  for (const file of reached) {
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) reached.add(join(dirname(file), specifier));
      else foreign.push(`${relative(ROOT, file)} imports ${specifier}`);
    }
  }
  return foreign.length === 0 ? Promise.resolve() : Promise.reject(new Error(foreign.join('\n')));
}

/** The specifiers that a module imports, statically or by `import()`. */
export function importsOf(code: string): string[] {
  return [...code.matchAll(IMPORT)].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
}
