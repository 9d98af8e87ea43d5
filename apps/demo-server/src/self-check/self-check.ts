import type { Client } from '@modelcontextprotocol/client';
import type { ClientConfiguration } from '../client-configuration.ts';
import { textTable } from '../text-table.ts';
import { checkTools, type ToolCheck } from './check-tools.ts';
import { connectHttp, connectStdio, type Era, eras } from './connect.ts';

export interface SelfCheckReport {
  readonly ok: boolean;
  /** A table of what was called and how it went, and one line that sums it up. */
  readonly text: string;
}

/** Calls every tool with a real MCP client: over stdio as `configuration` starts it, and at `url`, in both eras. */
export async function selfCheck(configuration: ClientConfiguration, url: string): Promise<SelfCheckReport> {
  const connections: Record<string, (era: Era) => Promise<Client>> = {
    stdio: (era) => connectStdio(configuration, era),
    http: (era) => connectHttp(url, era),
  };
  const rows: (ToolCheck & { transport: string; era: Era })[] = [];
  for (const [transport, connect] of Object.entries(connections)) {
    for (const era of eras) {
      const checks = await checkConnection(() => connect(era));
      rows.push(...checks.map((check) => ({ transport, era, ...check })));
    }
  }
  const failed = rows.filter(({ ok }) => !ok).length;
  const table = textTable([
    ['transport', 'protocol', 'tool', 'result', 'detail'],
    ...rows.map(({ transport, era, tool, ok, detail }) => [transport, era, tool, ok ? 'ok' : 'FAILED', detail]),
  ]);
  return { ok: failed === 0, text: `${table}\n\nSelf-check: ${rows.length - failed} passed, ${failed} failed\n` };
}

async function checkConnection(connect: () => Promise<Client>): Promise<ToolCheck[]> {
  let client: Client;
  try {
    client = await connect();
  } catch (error) {
    return [{ tool: '(connect)', ok: false, detail: error instanceof Error ? error.message : 'failed' }];
  }
  try {
    return await checkTools(client);
  } catch (error) {
    return [{ tool: '(list)', ok: false, detail: error instanceof Error ? error.message : 'failed' }];
  } finally {
    await client.close();
  }
}
