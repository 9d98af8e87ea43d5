import { isCredentialError } from '@keyturn/core';
import { type CallToolResult, McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import type { Log } from './log.ts';
import { mapStrings } from './map-strings.ts';
import { ToolFailure } from './tool-failure.ts';
import type { Guard, Tool } from './tools/tool.ts';

export interface McpServerOptions {
  readonly name: string;
  readonly tools: readonly Tool[];
  /** Masks every live secret in a text. */
  readonly redact: (text: string) => string;
  readonly log: Log;
}

/** One factory for both eras of the protocol and both transports. Whatever a tool answers is redacted on its way out. */
export function mcpServerFactory({ name, tools, redact, log }: McpServerOptions): McpServerFactory {
  const guard: Guard = async (tool, run) => {
    try {
      const { text, data } = await run();
      return mapStrings({ content: [{ type: 'text', text }], structuredContent: data }, redact);
    } catch (error) {
      log.toolFailed(tool, error);
      return mapStrings(failed(error), redact);
    }
  };
  return () => {
    const server = new McpServer({ name, version: '1.0.0' });
    for (const tool of tools) tool.register(server, guard);
    return server;
  };
}

function failed(error: unknown): CallToolResult {
  return { content: [{ type: 'text', text: explain(error) }], isError: true };
}

/** What the client may know: the code, what was refused, what to do next. An unforeseen error stays in the log. */
function explain(error: unknown): string {
  if (error instanceof ToolFailure) return `${error.code}: ${error.message}`;
  if (!isCredentialError(error)) return "internal_error: the tool failed; the server's stderr says more";
  return `${error.code}: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`;
}
