import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { RefusedName } from './new-adapter/adapter-name.ts';
import { type CreatedAdapter, createAdapter } from './new-adapter/create-adapter.ts';

const root = join(import.meta.dirname, '..');
const [name, ...rest] = process.argv.slice(2);

if (name === undefined || rest.length > 0 || name.startsWith('-')) {
  console.error('usage: npm run new:adapter -- NAME\nNAME is the service in lower case, such as azure-key-vault.');
  process.exit(2);
}
try {
  const created = createAdapter(root, name);
  console.log(`[keyturn] made ${created.folder}:\n${created.files.map((file) => `  ${file}`).join('\n')}`);
  link();
  console.log(nextSteps(created));
} catch (error) {
  if (!(error instanceof RefusedName)) throw error;
  console.error(`[keyturn] ${error.message}`);
  process.exit(1);
}

/** Gives the new package its node_modules, which adds it to the lock file: the one change outside its folder. */
function link(): void {
  const env = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const args = ['install', '--no-frozen-lockfile', '--prefer-offline'];
  const shell = process.platform === 'win32';
  const { status, stdout, stderr, error } = spawnSync('pnpm', args, { cwd: root, env, encoding: 'utf8', shell });
  if (status === 0) {
    console.log('[keyturn] linked it; pnpm-lock.yaml knows it now, and nothing else was changed');
    return;
  }
  console.error(`${error ?? ''}${stdout}${stderr}[keyturn] it could not be linked: run \`npx pnpm install\``);
  process.exitCode = 1;
}

function nextSteps({ folder, name: { kebab, title } }: CreatedAdapter): string {
  return `
Next:
  npm test -- ${folder}
      passes now: ${title} is still the invented service of the template.
  ${folder}/test/fake-${kebab}.ts
      make it answer as your service does, or start the real one in its place.
  ${folder}/src/${kebab}-source.ts, ${folder}/src/${kebab}-error.ts
      ask your service; run the tests until they pass again.
  docs/writing-an-adapter.md
      says what each test asks for, and ends with a checklist.
  npm run check
  npm run changeset`;
}
