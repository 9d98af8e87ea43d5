import type { CallToolResult, McpServer, StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';

/** What a tool answers: for people, and the same for programs. */
export interface ToolAnswer<Output> {
  readonly text: string;
  readonly data: Output;
}

export interface ToolDefinition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  /** Whether it reaches beyond this server. */
  readonly openWorld: boolean;
  /** Whether it changes nothing anywhere. Default: `true`. */
  readonly readOnly?: boolean;
  /** @throws {ToolFailure | CredentialError} for what the client is told; anything else is an internal error */
  run(input: z.output<Input>, signal: AbortSignal): Promise<ToolAnswer<z.input<Output>>> | ToolAnswer<z.input<Output>>;
}

/** Runs a tool and turns whatever happens into a result that may leave the process. */
export type Guard = (
  tool: string,
  run: () => Promise<ToolAnswer<Record<string, unknown>>> | ToolAnswer<Record<string, unknown>>,
) => Promise<CallToolResult>;

/** A tool, ready to be registered; its schemas stay behind `register`. */
export interface Tool {
  readonly name: string;
  register(server: McpServer, guard: Guard): void;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: ToolDefinition<Input, Output>,
): Tool {
  const { name, title, description, openWorld, readOnly = true, run } = definition;
  return {
    name,
    register(server, guard) {
      const config = {
        title,
        description,
        inputSchema: definition.input,
        outputSchema: definition.output,
        annotations: { readOnlyHint: readOnly, openWorldHint: openWorld },
      };
      // The SDK has checked the input against the schema before it calls.
      server.registerTool<StandardSchemaWithJSON, StandardSchemaWithJSON>(name, config, (input, context) =>
        guard(name, () => run(input as z.output<Input>, context.mcpReq.signal)),
      );
    },
  };
}
