import { tmpdir } from 'node:os';
import { Client, StreamableHTTPClientTransport, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { ClientConfiguration } from '../client-configuration.ts';

/** The newest revision of each of the two eras of the protocol. */
export const eras = ['2025-11-25', '2026-07-28'] as const;

export type Era = (typeof eras)[number];

export function connectHttp(url: string, era: Era): Promise<Client> {
  return connect(new StreamableHTTPClientTransport(new URL(url)), era);
}

/** Starts the server exactly as a client would: from a directory that is not ours, with nothing on its PATH. */
export function connectStdio({ command, args, env }: ClientConfiguration, era: Era): Promise<Client> {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...expandVariables(env), PATH: '' },
    cwd: tmpdir(),
    stderr: 'ignore',
  });
  return connect(transport, era);
}

async function connect(transport: Parameters<Client['connect']>[0], era: Era): Promise<Client> {
  const mode: VersionNegotiationMode = era === '2025-11-25' ? 'legacy' : { pin: era };
  const client = new Client({ name: 'keyturn-self-check', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(transport);
  return client;
}

/** `${NAME}` becomes the variable's value, as Claude Code does it; an unset one stays as it is. */
function expandVariables(env: Readonly<Record<string, string>>): Record<string, string> {
  const expand = (text: string) => text.replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole);
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, expand(value)]));
}
