import { randomBytes } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createLog } from '../../src/log.ts';
import { mcpServerFactory } from '../../src/mcp-server.ts';
import { connectStdio } from '../../src/self-check/connect.ts';
import { selfCheck } from '../../src/self-check/self-check.ts';
import { serveHttp } from '../../src/serve-http.ts';
import { ToolFailure } from '../../src/tool-failure.ts';
import { defineTool } from '../../src/tools/tool.ts';
import { mainFile } from '../support/run-main.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(() => vi.unstubAllEnvs());

/** `${name}`, as a client configuration holds it. */
const variable = (name: string) => ['$', '{', name, '}'].join('');

const environmentTool = defineTool({
  name: 'get_environment',
  title: '',
  description: '',
  input: z.object({}),
  output: z.object({ apiBaseUrl: z.string() }),
  openWorld: false,
  run: () => ({ text: 'here', data: { apiBaseUrl: 'http://127.0.0.1:1' } }),
});

function failingTool(name: string) {
  const input = z.object({}).loose();
  const run = () => Promise.reject(new ToolFailure('unreachable', 'it is down'));
  return defineTool({ name, title: '', description: '', input, output: z.object({}), openWorld: false, run });
}

test('it tells of a server that does not start, a tool that fails, one that is missing and one it does not know', async () => {
  const log = createLog({ write: () => undefined, debug: false });
  const tools = [environmentTool, failingTool('fetch_data'), failingTool('surprise')];
  await using http = await serveHttp(mcpServerFactory({ name: 'test', tools, redact: (text) => text, log }), 0, log);
  const report = await selfCheck({ command: process.execPath, args: ['-e', '0'], env: {} }, http.url);
  expect(report.ok).toBe(false);
  expect(report.text).toMatch(/^stdio +2025-11-25 +\(connect\) +FAILED/m);
  expect(report.text).toMatch(/^stdio +2026-07-28 +\(connect\) +FAILED/m);
  expect(report.text).toMatch(/^http +2025-11-25 +fetch_data +FAILED +unreachable: it is down$/m);
  expect(report.text).toMatch(/^http +2026-07-28 +surprise +FAILED +the self-check does not know it$/m);
  expect(report.text).toMatch(/^http +2026-07-28 +secure_fetch +FAILED +not listed$/m);
  expect(report.text).toMatch(/^http +2026-07-28 +get_environment +ok/m);
  expect(report.text).toMatch(/^Self-check: 2 passed, 16 failed$/m);
});

test('the variables of a configuration are expanded as Claude Code does it', async () => {
  vi.stubEnv('KEYTURN_TEST_TOKEN', randomBytes(20).toString('hex'));
  const args = [mainFile, '--stdio', '--upstream', 'github=live'];
  const env = { GITHUB_TOKEN: variable('KEYTURN_TEST_TOKEN') };
  const client = await connectStdio({ command: process.execPath, args, env }, '2025-11-25');
  const status = await client.callTool({ name: 'credential_status' });
  await client.close();
  expect(status.structuredContent).toMatchObject({
    credentials: expect.arrayContaining([expect.objectContaining({ source: 'env:GITHUB_TOKEN', state: 'fresh' })]),
  });
});

test('a server whose variable stays unset does not start', async () => {
  const args = [mainFile, '--stdio', '--upstream', 'github=live'];
  const env = { GITHUB_TOKEN: variable('KEYTURN_TEST_UNSET') };
  await expect(connectStdio({ command: process.execPath, args, env }, '2025-11-25')).rejects.toThrow();
});
