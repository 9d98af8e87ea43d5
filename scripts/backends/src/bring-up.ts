import type { Backend } from './backend.ts';
import { type BackendName, backends } from './backends.ts';
import type { KeptBackends } from './kept-backends.ts';
import { BackendUnavailable, startBackend } from './start-backend.ts';

/** Starts what does not run yet. Standard output gets nothing but lines that a shell can evaluate. */
export async function bringUp(names: readonly BackendName[], kept: KeptBackends): Promise<number> {
  const running = new Map((await kept.list(names)).map(({ name, variables }) => [name, variables]));
  let exitCode = 0;
  for (const name of names) {
    try {
      const variables = running.get(name) ?? (await startAndKeep(name, kept));
      for (const [variable, value] of Object.entries(variables)) console.log(`export ${variable}=${quote(value)}`);
    } catch (error) {
      if (!(error instanceof BackendUnavailable)) throw error;
      console.error(`[keyturn] ${error.message}`);
      exitCode = 1;
    }
  }
  return exitCode;
}

async function startAndKeep(name: BackendName, kept: KeptBackends): Promise<Readonly<Record<string, string>>> {
  const backend = backends[name] as Backend<unknown>;
  console.error(`[keyturn] starting ${name} ...`);
  const { address, pid, way } = await startBackend(backend, { stay: true });
  const variables = backend.variables(address);
  if (pid !== undefined) await kept.add({ name, pid, variables });
  console.error(`[keyturn] ${name} is running (${way})`);
  return variables;
}

/** For a POSIX shell, whatever the value holds. */
function quote(value: string): string {
  return /^[\w./:-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
