import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ClientConfiguration } from '../src/client-configuration.ts';
import { checkTools } from '../src/self-check/check-tools.ts';
import { connectHttp, connectStdio, eras } from '../src/self-check/connect.ts';
import { localServer } from './support/local-server.ts';
import { mainFile, type Run, type RunOptions, runMain, urlOf } from './support/run-main.ts';

const toolNames = [
  'ai_summarize',
  'credential_status',
  'fetch_data',
  'get_environment',
  'github_search',
  'secure_fetch',
  'secure_operation',
];

// Each test starts processes, some of them several.
vi.setConfig({ testTimeout: 60_000 });

/** As Claude Code writes a variable. */
const placeholder = ['$', '{GITHUB_TOKEN}'].join('');

const runs: Run[] = [];
function run(args: readonly string[], options?: RunOptions): Run {
  const started = runMain(args, options);
  runs.push(started);
  return started;
}
afterEach(async () => {
  for (const started of runs.splice(0)) await started[Symbol.asyncDispose]();
});

function configurationIn(stderr: string): ClientConfiguration {
  const json = /^\{\n[\s\S]*?^\}$/m.exec(stderr)?.[0] ?? '';
  return (JSON.parse(json) as { mcpServers: Record<string, ClientConfiguration> }).mcpServers['keyturn-demo']!;
}

describe('over HTTP', () => {
  test('the start tells the address, the credentials and a client configuration, and stdout stays empty', async () => {
    const server = run(['--port', '0']);
    await server.untilStderr(/^\}$/m);
    expect(server.stderr).toMatch(/^name +source +state +expires$/m);
    expect(server.stderr).toMatch(/^github +env:\/\/SANDBOX_GITHUB_TOKEN +fresh +never$/m);
    expect(server.stderr).toMatch(/^slack +env:SLACK_BOT_TOKEN +not set/m);
    expect(server.stderr).toContain('Optional, not set: env:SLACK_BOT_TOKEN, Slack bot token (for notifications)');
    const { command, args } = configurationIn(server.stderr);
    expect([isAbsolute(command), existsSync(command)]).toEqual([true, true]);
    expect(args).toEqual([mainFile, '--stdio']);
    expect(server.stdout).toBe('');
  });

  test.each(eras)('every tool works for a client of %s', async (era) => {
    const client = await connectHttp(await urlOf(run(['--port', '0'])), era);
    const checks = await checkTools(client);
    await client.close();
    expect(checks.map(({ tool }) => tool).sort()).toEqual(toolNames);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly, with clients still connected', async (signal) => {
    const server = run(['--port', '0']);
    const client = await connectHttp(await urlOf(server), '2025-11-25');
    server.process.kill(signal);
    expect(await server.ended).toBe(0);
    await client.close();
  });

  test('a taken port is one clear line and exit code 1', async () => {
    await using other = await localServer((_request, response) => response.end());
    const server = run(['--port', String(other.port)]);
    expect(await server.ended).toBe(1);
    expect(server.stderr).toContain(`Port ${other.port} of 127.0.0.1 is taken.`);
    expect(server.stderr).not.toMatch(/^ +at /m);
  });
});

describe('over stdio', () => {
  test.each(eras)('the printed configuration serves every tool to a client of %s', async (era) => {
    const server = run(['--port', '0']);
    await server.untilStderr(/^\}$/m);
    const client = await connectStdio(configurationIn(server.stderr), era);
    const checks = await checkTools(client);
    await client.close();
    expect(checks.map(({ tool }) => tool).sort()).toEqual(toolNames);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  test('the end of stdin ends it, and stdout held only the protocol', async () => {
    const server = run(['--stdio']);
    await server.untilStderr(/^\}$/m);
    server.process.stdin?.end();
    expect(await server.ended).toBe(0);
    expect(server.stdout).toBe('');
    expect(server.stderr).toContain('MCP over stdin and stdout');
  });

  test('SIGTERM ends it while the client holds stdin open', async () => {
    const server = run(['--stdio']);
    await server.untilStderr(/^\}$/m);
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('whatever else is printed goes to stderr', async () => {
    const noise = 'data:text/javascript,process.on(%22SIGUSR2%22,()=>console.log(%22noise%22))';
    const server = run(['--stdio'], { env: { NODE_OPTIONS: `--import=${noise}` } });
    await server.untilStderr(/^\}$/m);
    server.process.kill('SIGUSR2');
    await server.untilStderr(/^noise$/m);
    expect(server.stdout).toBe('');
  });
});

describe('credentials', () => {
  test('that are missing are told all at once, without a stack trace, with exit code 1', async () => {
    const server = run(['--upstream', 'github=live', '--upstream', 'openai=live', '--port', '0']);
    expect(await server.ended).toBe(1);
    expect(server.stderr).toContain('GITHUB_TOKEN');
    expect(server.stderr).toContain('GitHub personal access token');
    expect(server.stderr).toContain('OPENAI_API_KEY');
    expect(server.stderr).toContain('SLACK_BOT_TOKEN');
    expect(server.stderr).not.toMatch(/^ +at /m);
    expect(server.stdout).toBe('');
  });

  test('that a client left as placeholders are missing', async () => {
    const server = run(['--upstream', 'github=live', '--stdio'], { env: { GITHUB_TOKEN: placeholder } });
    expect(await server.ended).toBe(1);
    expect(server.stderr).toContain('GITHUB_TOKEN');
  });

  test('that are real are neither read nor told while their upstream is sandboxed', async () => {
    const token = randomBytes(20).toString('hex');
    const server = run(['--port', '0'], { env: { GITHUB_TOKEN: token } });
    await server.untilStderr(/^\}$/m);
    expect(server.stderr).toMatch(/env:\/\/SANDBOX_GITHUB_TOKEN +fresh/);
    expect(server.stderr).not.toMatch(/env:(\/\/)?GITHUB_TOKEN/);
    expect(server.stderr).not.toContain(token);
  });

  test('of a live upstream stand in the printed configuration as variables', async () => {
    const token = randomBytes(20).toString('hex');
    const server = run(['--port', '0', '--upstream', 'github=live'], { env: { GITHUB_TOKEN: token } });
    await server.untilStderr(/^\}$/m);
    const { args, env } = configurationIn(server.stderr);
    expect(args).toEqual([mainFile, '--stdio', '--upstream', 'github=live']);
    expect(env).toEqual({ MCP_ENV: 'development', GITHUB_TOKEN: placeholder });
    expect(server.stderr).toMatch(/env:\/\/GITHUB_TOKEN +fresh/);
  });
});

describe('MCP_ENV', () => {
  test.each([
    ['development', 'SANDBOX_MY_SERVICE_API_KEY', true],
    ['staging', 'SANDBOX_STAGING_API_KEY', true],
    ['production', 'SANDBOX_PROD_API_KEY', false],
  ])('%s chooses its own key', async (environment, variable, debug) => {
    const server = run(['--port', '0'], { env: { MCP_ENV: environment } });
    const client = await connectHttp(await urlOf(server), '2026-07-28');
    const answer = await client.callTool({ name: 'get_environment' });
    const status = await client.callTool({ name: 'credential_status' });
    await client.close();
    expect(answer.content).toEqual([{ type: 'text', text: `Running in ${environment} mode` }]);
    expect(answer.structuredContent).toMatchObject({ environment, debug, upstreams: { example: 'sandbox' } });
    expect(status.structuredContent).toMatchObject({
      credentials: expect.arrayContaining([expect.objectContaining({ name: 'example', source: `env:${variable}` })]),
    });
  });

  test('with an unknown name is an error that lists the known ones', async () => {
    const server = run(['--port', '0'], { env: { MCP_ENV: 'prod' } });
    expect(await server.ended).toBe(1);
    expect(server.stderr).toMatch(/development.*staging.*production/);
    expect(server.stderr).not.toMatch(/^ +at /m);
  });
});

test('the self-check calls every tool over both transports in both eras and exits 0', async () => {
  const check = run(['--self-check']);
  expect(await check.ended).toBe(0);
  for (const transport of ['stdio', 'http']) {
    for (const era of eras) {
      for (const tool of toolNames) {
        expect(check.stdout).toMatch(new RegExp(`^${transport} +${era} +${tool} +ok`, 'm'));
      }
    }
  }
  expect(check.stdout).toMatch(/^Self-check: 28 passed, 0 failed$/m);
});

test('a self-check that finds something wrong exits 1', async () => {
  // The file that the printed configuration starts is not there.
  const elsewhere = 'data:text/javascript,process.argv[1]=%22/nowhere/main.js%22';
  const check = run(['--self-check'], { env: { NODE_OPTIONS: `--import=${elsewhere}` } });
  expect(await check.ended).toBe(1);
  expect(check.stdout).toMatch(/^stdio .*FAILED/m);
});

test('an unknown option is answered with the usage and exit code 1', async () => {
  const server = run(['--verbose']);
  expect(await server.ended).toBe(1);
  expect(server.stderr).toContain('Usage: npm start');
});
