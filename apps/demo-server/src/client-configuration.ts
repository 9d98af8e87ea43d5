import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Upstream } from './upstream.ts';

/** How a client starts this server over stdio: what Claude Desktop and Claude Code call an entry of `mcpServers`. */
export interface ClientConfiguration {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ClientConfigurationInput {
  /** The absolute path of the file that Node was started with. */
  readonly mainFile: string;
  readonly upstreams: readonly Upstream[];
  /** Further variables that the server has its credentials from, where they are set. */
  readonly variables: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly environment: string;
}

/**
 * Everything in it is absolute, so it works from any directory and with an empty PATH. Variables stand in it as
 * `${NAME}`, which Claude Code replaces; in Claude Desktop, put the value there.
 */
export function clientConfiguration(input: ClientConfigurationInput): ClientConfiguration {
  const live = input.upstreams.filter(({ mode }) => mode === 'live');
  return {
    command: nodeFor(input.mainFile),
    args: [
      input.mainFile,
      '--stdio',
      ...live.flatMap(({ name }) => ['--upstream', `${name}=live`]),
      ...input.allowedOrigins.flatMap((origin) => ['--allow-origin', origin]),
    ],
    env: {
      MCP_ENV: input.environment,
      ...Object.fromEntries(
        [...live.map(({ variable }) => variable), ...input.variables].map((name) => [name, `\${${name}}`]),
      ),
    },
  };
}

/** The Node of this repository where it has one, since that path outlives its updates; else the one that runs. */
function nodeFor(mainFile: string): string {
  for (let folder = dirname(mainFile); folder !== dirname(folder); folder = dirname(folder)) {
    const node = join(folder, 'node_modules', 'node', 'bin', 'node');
    if (existsSync(node)) return node;
  }
  return process.execPath;
}
