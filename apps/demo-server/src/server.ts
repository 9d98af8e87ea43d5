/**
 * The whole server on one page: where its services are, which credentials it needs, which tool gets which of them.
 * Everything else in this folder is a part that is put together here.
 */
import { authorizedFetch, type CredentialProvider, loadCredentials, optional, redactor, required } from '@keyturn/core';
import { type EnvironmentVariables, envSource, forEnvironment } from '@keyturn/env';
import type { McpServerFactory } from '@modelcontextprotocol/server';
import type { Options } from './arguments.ts';
import { type AwsEnvironment, awsEnvironment } from './aws-environment.ts';
import { type CredentialRow, credentialRows } from './credential-table.ts';
import { createLog, type Log } from './log.ts';
import { mcpServerFactory } from './mcp-server.ts';
import { operationsKey, operationsKeyUse } from './operations-key.ts';
import type { Sandbox } from './sandbox/start-sandbox.ts';
import { aiSummarize } from './tools/ai-summarize.ts';
import type { UpstreamClient } from './tools/call-upstream.ts';
import { credentialStatus } from './tools/credential-status.ts';
import { fetchData } from './tools/fetch-data.ts';
import { type Environment, getEnvironment } from './tools/get-environment.ts';
import { githubSearch } from './tools/github-search.ts';
import { secureFetch } from './tools/secure-fetch.ts';
import { secureOperation } from './tools/secure-operation.ts';
import { originOf, type Upstream, type UpstreamName } from './upstream.ts';

export interface DemoServer extends AsyncDisposable {
  readonly environment: Environment;
  readonly upstreams: readonly Upstream[];
  /** Further variables that credentials may come from, by name. */
  readonly variables: readonly string[];
  /** Its login stays known to the redactor for as long as it is held here. */
  readonly aws: AwsEnvironment;
  readonly log: Log;
  credentialRows(): CredentialRow[];
  readonly createMcpServer: McpServerFactory;
}

export interface Surroundings {
  /** What the credentials are read from. The AWS SDK reads `process.env` by itself. */
  readonly env: EnvironmentVariables;
  /** Stands in for every upstream that is not live. */
  readonly sandbox: Sandbox;
  /** Takes the lines of the log. */
  readonly write: (line: string) => void;
}

/** @throws {AggregateError} whose message reports every credential that is missing */
export async function composeServer(options: Options, { env, sandbox, write }: Surroundings): Promise<DemoServer> {
  // 1. The services: the real one with its real key, or the stand-in with a key of its own.
  const reach: Reach = (name, { path, ...real }) =>
    options.live.has(name) ? { name, mode: 'live', ...real } : sandbox.standIn(name, real.variable, path);
  const github = reach('github', { baseUrl: 'https://api.github.com', variable: 'GITHUB_TOKEN' });
  const openai = reach('openai', { baseUrl: 'https://api.openai.com', variable: 'OPENAI_API_KEY' });
  const environment = chooseEnvironment(env, reach);
  const { baseUrl } = environment.api;
  const operations = reach('example', { baseUrl, variable: 'OPERATIONS_API_KEY', path: '/operations' });

  // 2. The credentials, all at once: whatever is missing is told in one report.
  const aws = awsEnvironment(env);
  const manifest = {
    github: required(envSource(github.variable, { env }), 'GitHub personal access token'),
    openai: required(envSource(openai.variable, { env }), 'OpenAI API key'),
    example: required(envSource(environment.api.variable, { env }), 'API key of the example service'),
    operations: required(operationsKey(operations, env, aws), operationsKeyUse(aws)),
    slack: optional(envSource('SLACK_BOT_TOKEN', { env }), 'Slack bot token (for notifications)'),
  };
  // A variable does not change while the process runs, so a key that is refused is not waited for.
  const credentials = await loadCredentials(manifest, { overlapMs: 0 });
  const log = createLog({ write, debug: environment.debug });
  for (const provider of Object.values(credentials)) provider?.subscribe(log.credentialEvent);

  // 3. The tools. Each gets the one credential it needs, bound to the one origin that may see it.
  const upstreams = [github, openai, environment.api];
  const rows = () => credentialRows(manifest, { ...credentials });
  const tools = [
    fetchData(client(environment.api, credentials.example)),
    githubSearch(client(github, credentials.github)),
    aiSummarize(client(openai, credentials.openai)),
    secureFetch(credentials.example, {
      allowedOrigins: new Set([originOf(environment.api), ...options.allowedOrigins]),
    }),
    secureOperation(client(operations, credentials.operations), credentials.operations),
    getEnvironment(environment, upstreams),
    credentialStatus(rows),
  ];

  // 4. The server. What tools answer passes the redactor, in whatever transport it leaves.
  return {
    environment,
    upstreams,
    variables: [...aws.variables, operations.variable],
    aws,
    log,
    credentialRows: rows,
    createMcpServer: mcpServerFactory({
      name: `keyturn-demo-${environment.name}`,
      tools,
      redact: redactor().redact,
      log,
    }),
    async [Symbol.asyncDispose]() {
      await credentials[Symbol.asyncDispose]();
      await credentials.operations[Symbol.asyncDispose]();
    },
  };
}

type Reach = (name: UpstreamName, real: { baseUrl: string; variable: string; path?: string }) => Upstream;

/** MCP_ENV chooses the address together with its key, so that no environment uses the key of another. */
function chooseEnvironment(env: EnvironmentVariables, reach: Reach): Environment {
  return forEnvironment(
    {
      development: () => ({
        name: 'development',
        debug: true,
        api: reach('example', { baseUrl: 'http://localhost:8000', variable: 'MY_SERVICE_API_KEY' }),
      }),
      staging: () => ({
        name: 'staging',
        debug: true,
        api: reach('example', { baseUrl: 'https://staging-api.example.com', variable: 'STAGING_API_KEY' }),
      }),
      production: () => ({
        name: 'production',
        debug: false,
        api: reach('example', { baseUrl: 'https://api.example.com', variable: 'PROD_API_KEY' }),
      }),
    },
    { variable: 'MCP_ENV', default: 'development', env },
  );
}

function client(upstream: Upstream, provider: CredentialProvider): UpstreamClient {
  return {
    upstream,
    source: provider.name,
    fetch: authorizedFetch(provider, { allowedOrigins: [originOf(upstream)] }),
  };
}
