import type { CallToolResult, Client } from '@modelcontextprotocol/client';
import { createLog, type Log } from '../../src/log.ts';
import { mcpServerFactory } from '../../src/mcp-server.ts';
import { connectHttp } from '../../src/self-check/connect.ts';
import { serveHttp } from '../../src/serve-http.ts';
import type { Tool } from '../../src/tools/tool.ts';

export interface ServedTools extends AsyncDisposable {
  readonly client: Client;
  readonly logged: readonly string[];
  /** What the tools threw. */
  readonly failures: readonly unknown[];
  call(name: string, args: Record<string, unknown>): Promise<CallToolResult>;
}

/** Tools behind a real server and a real client, over HTTP. `redact` is the identity unless given. */
export async function serveTools(tools: readonly Tool[], redact = (text: string) => text): Promise<ServedTools> {
  const logged: string[] = [];
  const failures: unknown[] = [];
  const written = createLog({ write: (line) => logged.push(line), debug: false });
  const log: Log = {
    ...written,
    toolFailed(tool, error) {
      failures.push(error);
      written.toolFailed(tool, error);
    },
  };
  const serving = await serveHttp(mcpServerFactory({ name: 'test', tools, redact, log }), 0, log);
  const client = await connectHttp(serving.url, '2026-07-28');
  return {
    client,
    logged,
    failures,
    call: (name, args) => client.callTool({ name, arguments: args }),
    async [Symbol.asyncDispose]() {
      await client.close();
      await serving[Symbol.asyncDispose]();
    },
  };
}

export function textOf({ content }: CallToolResult): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
}
