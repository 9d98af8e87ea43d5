import type { CallToolResult, Client } from '@modelcontextprotocol/client';

export interface ToolCheck {
  readonly tool: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** Calls every tool that the server lists with arguments that make sense, one after the other. */
export async function checkTools(client: Client): Promise<ToolCheck[]> {
  const { tools } = await client.listTools();
  const samples = sampleArguments(await apiBaseUrl(client));
  const missing = Object.keys(samples).filter((name) => !tools.some((tool) => tool.name === name));
  const checks = missing.map((tool) => ({ tool, ok: false, detail: 'not listed' }));
  for (const { name } of tools) checks.push(await checkTool(client, name, samples[name]));
  return checks;
}

function sampleArguments(baseUrl: string): Record<string, Record<string, string>> {
  return {
    fetch_data: { query: 'hello' },
    github_search: { query: 'mcp' },
    ai_summarize: { text: 'Credentials stay fresh by themselves. A rotation fails no request.' },
    secure_fetch: { url: `${baseUrl}/data?q=hello` },
    secure_operation: {},
    get_environment: {},
    credential_status: {},
  };
}

async function apiBaseUrl(client: Client): Promise<string> {
  const { structuredContent } = await client.callTool({ name: 'get_environment' });
  return (structuredContent as { apiBaseUrl: string }).apiBaseUrl;
}

async function checkTool(client: Client, tool: string, args?: Record<string, string>): Promise<ToolCheck> {
  if (args === undefined) return { tool, ok: false, detail: 'the self-check does not know it' };
  try {
    const result = await client.callTool({ name: tool, arguments: args });
    return { tool, ok: result.isError !== true, detail: firstLine(result) };
  } catch (error) {
    return { tool, ok: false, detail: error instanceof Error ? error.message : 'failed' };
  }
}

function firstLine({ content }: CallToolResult): string {
  const [first] = content;
  const line = first?.type === 'text' ? (first.text.split('\n', 1)[0] ?? '') : '';
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
