import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT } from './command.ts';

/** Every form in which a bundled module names another one. */
const IMPORT =
  /(?:^|[;\s])(?:import|export)\s*(?:[^'"();]*?\bfrom\s*)?['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]/g;

/** Core's main entry runs wherever the Web standards do, so what was built of it may name only its own files. */
export function checkCoreReach(): Promise<void> {
  const folder = join(ROOT, 'packages', 'core', 'dist');
  const reached = new Set([join(folder, 'index.js')]);
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
