import { join } from 'node:path';
import { RefusedName } from './new-adapter/adapter-name.ts';
import { createAdapter } from './new-adapter/create-adapter.ts';

const root = join(import.meta.dirname, '..');
const [name, ...rest] = process.argv.slice(2);

if (name === undefined || rest.length > 0 || name.startsWith('-')) {
  console.error('usage: npm run new:adapter -- NAME\nNAME is the service in lower case, such as azure-key-vault.');
  process.exit(2);
}
try {
  console.log(nextSteps(name));
} catch (error) {
  if (!(error instanceof RefusedName)) throw error;
  console.error(`[keyturn] ${error.message}`);
  process.exit(1);
}

function nextSteps(kebab: string): string {
  const { folder, files, name: forms } = createAdapter(root, kebab);
  return `[keyturn] made ${folder}, ${files.length} files:
${files.map((file) => `  ${file}`).join('\n')}

Nothing else was changed. The next command that installs adds the package to pnpm-lock.yaml: commit that with it.

Next:
  npm test -- ${folder}
      passes now: ${forms.title} is still the invented service of the template.
  ${folder}/test/fake-${kebab}.ts
      make it answer as your service does, or start the real one in its place.
  ${folder}/src/${kebab}-source.ts, ${folder}/src/${kebab}-error.ts
      ask your service; run the tests until they pass again.
  docs/writing-an-adapter.md
      says what each test asks for, and ends with a checklist.
  npm run check
  npm run changeset`;
}
