/** The process around the server: arguments, streams, signals, exit code. What it serves is put together in server.ts. */
import type { Writable } from 'node:stream';
import { isCredentialError, redactor } from '@keyturn/core';
import { guardConsole } from '@keyturn/core/node';
import { type Options, parseArguments, USAGE } from './arguments.ts';
import { clientConfiguration } from './client-configuration.ts';
import { startSandbox } from './sandbox/start-sandbox.ts';
import { serveHttp } from './serve-http.ts';
import { claimStdout, serveStdio } from './serve-stdio.ts';
import { composeServer, type DemoServer } from './server.ts';
import { UserError } from './user-error.ts';
import { welcome } from './welcome.ts';

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = parseArguments(args);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stopped = untilSignal();
  const protocol = options.transport === 'stdio' ? claimStdout() : undefined;
  // From here on nothing is printed that holds a secret: not by this code, not by a library, not by NODE_DEBUG=http.
  guardConsole(redactor());

  const env = { ...process.env };
  await using sandbox = await startSandbox(env);
  await using server = await composeServer(options, { env, sandbox, write: printLine });
  if (options.selfCheck) return await checkSelf(server, options);
  if (protocol !== undefined) await overStdio(server, options, protocol, stopped);
  else await overHttp(server, options, stopped);
  return 0;
}

async function overHttp(server: DemoServer, options: Options, stopped: Promise<unknown>): Promise<void> {
  await using http = await serveHttp(server.createMcpServer, options.port, server.log);
  printLine(welcomeOf(server, options, http.url));
  await stopped;
}

async function overStdio(
  server: DemoServer,
  options: Options,
  protocol: Writable,
  stopped: Promise<unknown>,
): Promise<void> {
  await using stdio = serveStdio(server.createMcpServer, protocol, server.log);
  printLine(welcomeOf(server, options));
  await Promise.race([stdio.ended, stopped]);
}

async function checkSelf(server: DemoServer, options: Options): Promise<number> {
  // Loaded on demand: a server needs no client.
  const { selfCheck } = await import('./self-check/self-check.ts');
  await using http = await serveHttp(server.createMcpServer, 0, server.log);
  const { ok, text } = await selfCheck(configurationOf(server, options), http.url);
  process.stdout.write(text);
  return ok ? 0 : 1;
}

function configurationOf({ environment, upstreams, variables }: DemoServer, { allowedOrigins }: Options) {
  return clientConfiguration({
    mainFile: process.argv[1]!,
    environment: environment.name,
    upstreams,
    variables: variables.filter((name) => process.env[name]),
    allowedOrigins,
  });
}

function welcomeOf(server: DemoServer, options: Options, url?: string): string {
  return welcome({
    ...(url !== undefined && { url }),
    environment: server.environment.name,
    upstreams: server.upstreams,
    credentials: server.credentialRows(),
    configuration: configurationOf(server, options),
  });
}

function printLine(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What went wrong, for the person at the terminal. Only what nobody foresaw comes with its stack. */
function explain(error: unknown): string {
  if (isCredentialError(error)) return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
  if (error instanceof UserError || error instanceof AggregateError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : 'something that is no error was thrown';
}

/** Settles at the first Ctrl-C or SIGTERM; a second one ends the process the hard way. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  printLine(explain(error));
  process.exitCode = 1;
}
