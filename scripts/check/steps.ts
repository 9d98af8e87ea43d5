import { existsSync, globSync } from 'node:fs';
import { writeCapabilities } from '../capabilities.ts';
import { CAPABILITIES_FOLDER } from '../capabilities-folder.ts';
import { command, ROOT } from './command.ts';
import { checkAdaptersAlone, checkPackageCount, checkRuntime, checkTypes, OLD_NODE, withConsumer } from './consumer.ts';
import { checkCoreReach } from './core-reach.ts';
import { nodeRelease } from './node-release.ts';
import { checkPublint, checkTypesOfPacked, packAll, tarballs } from './packed-packages.ts';
import { checkChangesets, dryRunRelease } from './release.ts';
import type { Step } from './step.ts';

const BUILD = 'build';
const PACK = 'pack';
const NODE = `Node ${OLD_NODE}`;

/** Everything that is checked, the slow ones first so that none of them is left for the end. */
export const steps: readonly Step[] = [
  step(BUILD, 'turbo', 'run', 'build', '--output-logs=errors-only'),
  { name: NODE, run: async () => void (await nodeRelease(OLD_NODE)) },
  { name: 'types', run: checkAllTypes },
  step('format and lint', 'biome', 'ci', '--error-on-warnings', '.'),
  { name: PACK, needs: [BUILD], run: packAll },
  { name: 'types of the packed packages (attw)', needs: [PACK], run: checkTypesOfPacked },
  { name: 'packed packages (publint)', needs: [PACK], run: checkPublint },
  { name: 'a new adapter', run: async () => void (await command(['node', 'scripts/try-new-adapter.ts'])) },
  { name: 'release, dry run', needs: [BUILD], run: dryRunRelease },
  {
    name: 'installed by npm',
    needs: [PACK, NODE],
    run: () => withConsumer(['npm', 'install'], tarballs, tryEverything),
  },
  { name: 'installed by pnpm', needs: [PACK, NODE], run: () => withConsumer(['pnpm', 'add'], tarballs, checkRuntime) },
  { name: 'installed by yarn', needs: [PACK, NODE], run: () => withConsumer(YARN_ADD, tarballs, checkRuntime) },
  { name: 'each adapter by itself', needs: [PACK], run: () => checkAdaptersAlone(tarballs) },
  { name: 'reach of core', needs: [BUILD], run: checkCoreReach },
  step('boundaries', 'turbo', 'boundaries'),
  step('unused code', 'knip', '--no-progress'),
  step('secrets', 'secretlint', '--secretlintignore', '.gitignore', '**/*'),
  { name: 'changesets', run: checkChangesets },
  // The tree must be clean in the end: a table that is out of date fails there.
  { name: 'capability table', run: async () => refreshCapabilities() },
];

const YARN_ADD = ['npx', '-y', 'yarn@1.22.22', 'add', '--silent'] as const;

function step(name: string, ...line: [string, ...string[]]): Step {
  return { name, run: async () => void (await command(line)) };
}

/** Only a full test run with every backend notes all of it, as on CI; without one the table stays as it is. */
function refreshCapabilities(): void {
  if (process.env['CI'] && existsSync(CAPABILITIES_FOLDER)) writeCapabilities(CAPABILITIES_FOLDER);
}

/** Every project with a tsconfig.json: sources, tests and scripts alike. */
async function checkAllTypes(): Promise<void> {
  const projects = globSync(['*/tsconfig.json', '*/*/tsconfig.json'], { cwd: ROOT, exclude: ['node_modules/**'] });
  const failures: string[] = [];
  for (const project of projects.sort()) {
    await command(['tsc', '-p', project]).catch((error: Error) => failures.push(error.message));
  }
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

async function tryEverything(folder: string): Promise<void> {
  await checkPackageCount(folder);
  await checkRuntime(folder);
  await checkTypes(folder);
}
