import type { Client } from '@modelcontextprotocol/client';
import { parseArguments } from '../../src/arguments.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { connectHttp } from '../../src/self-check/connect.ts';
import { serveHttp } from '../../src/serve-http.ts';
import { composeServer } from '../../src/server.ts';

export interface Demo extends AsyncDisposable {
  readonly client: Client;
  readonly sandbox: Sandbox;
  /** What it logged so far. */
  readonly lines: readonly string[];
}

/** The whole server in this process, with a client connected. The sandbox puts its keys into `env`. */
export async function startDemo(env: Record<string, string | undefined>): Promise<Demo> {
  const lines: string[] = [];
  const sandbox = await startSandbox(env);
  const server = await composeServer(parseArguments([]), { env, sandbox, write: (line) => lines.push(line) });
  const http = await serveHttp(server.createMcpServer, 0, server.log);
  const client = await connectHttp(http.url, '2026-07-28');
  return {
    client,
    sandbox,
    lines,
    async [Symbol.asyncDispose]() {
      await client.close();
      for (const part of [http, server, sandbox]) await part[Symbol.asyncDispose]();
    },
  };
}
