import { type BackendName, backends, isBackendName } from './backends.ts';
import { bringUp } from './bring-up.ts';
import { keptBackends } from './kept-backends.ts';

const USAGE = `usage: npm run backends -- COMMAND [NAME ...]

  up      starts the servers that the tests talk to, leaves them running, and prints the variables to export
  down    stops them
  status  says which are running

Names: ${Object.keys(backends).join(', ')}; without one, all of them.`;

/** Takes the arguments after the program's name, gives the exit code. */
export async function main([command, ...names]: readonly string[], kept = keptBackends()): Promise<number> {
  const unknown = names.find((name) => !isBackendName(name));
  if (unknown !== undefined || !command) return usage(unknown && `there is no backend "${unknown}"`);
  const chosen = (names.length > 0 ? names : Object.keys(backends)) as BackendName[];
  switch (command) {
    case 'up':
      return await bringUp(chosen, kept);
    case 'down':
      for (const name of await kept.takeDown(chosen)) console.error(`[keyturn] stopped ${name}`);
      return 0;
    case 'status':
      for (const { name, pid, variables } of await kept.list(chosen)) {
        console.log(`${name} is running (process ${pid}): ${Object.keys(variables).join(', ')}`);
      }
      return 0;
    default:
      return usage(`there is no command "${command}"`);
  }
}

function usage(problem: string | undefined): number {
  console.error(problem ? `[keyturn] ${problem}\n\n${USAGE}` : USAGE);
  return 2;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
