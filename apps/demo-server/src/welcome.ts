import type { ClientConfiguration } from './client-configuration.ts';
import { type CredentialRow, credentialTable } from './credential-table.ts';
import type { Upstream } from './upstream.ts';

export interface WelcomeInput {
  /** Absent over stdio. */
  readonly url?: string;
  readonly environment: string;
  readonly upstreams: readonly Upstream[];
  readonly credentials: readonly CredentialRow[];
  readonly configuration: ClientConfiguration;
}

/** What a newcomer needs to know at start. */
export function welcome({ url, environment, upstreams, credentials, configuration }: WelcomeInput): string {
  const notSet = credentials.filter(({ state }) => state === 'not set');
  return [
    `Keyturn demo server, ${environment}: ${url ?? 'MCP over stdin and stdout'}`,
    ...upstreams.map(upstreamLine),
    '',
    credentialTable(credentials),
    ...notSet.map(({ source, description }) => `Optional, not set: ${source}, ${description}`),
    '',
    'To use it from Claude Desktop or Claude Code, paste into their configuration:',
    JSON.stringify({ mcpServers: { 'keyturn-demo': configuration } }, null, 2),
  ].join('\n');
}

function upstreamLine({ name, mode, baseUrl }: Upstream): string {
  const how = mode === 'live' ? 'the real service' : `sandbox; the real one with --upstream ${name}=live`;
  return `  ${name}: ${baseUrl} (${how})`;
}
