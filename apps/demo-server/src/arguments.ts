import { parseArgs } from 'node:util';
import { isUpstreamName, type UpstreamName, upstreamNames } from './upstream.ts';
import { UserError } from './user-error.ts';

export const DEFAULT_PORT = 3917;

/** What the command line says. */
export interface Options {
  readonly transport: 'http' | 'stdio';
  /** Of the HTTP transport; 0 lets the system choose. */
  readonly port: number;
  /** Upstreams reached for real; the others are the sandbox's. */
  readonly live: ReadonlySet<UpstreamName>;
  /** Further origins that `secure_fetch` may send the key to. */
  readonly allowedOrigins: readonly string[];
  readonly selfCheck: boolean;
  readonly help: boolean;
}

export const USAGE = `Usage: npm start -- [options]

  (no option)              serve MCP over Streamable HTTP on 127.0.0.1:${DEFAULT_PORT}
  --port NUMBER            another port (0: any free one)
  --stdio                  serve MCP over stdin and stdout instead
  --upstream NAME=live     reach the real service; NAME is ${upstreamNames.join(', ')}; may be repeated
  --allow-origin ORIGIN    another origin secure_fetch may send the API key to; may be repeated
  --self-check             call every tool with a real MCP client and say what works
  --help                   this text
`;

/** @throws {UserError} for an option that is unknown or makes no sense */
export function parseArguments(args: readonly string[]): Options {
  const values = parse(args);
  return {
    transport: values.stdio ? 'stdio' : 'http',
    port: parsePort(values.port),
    live: new Set(values.upstream.flatMap(parseUpstream)),
    allowedOrigins: values['allow-origin'].map(parseOrigin),
    selfCheck: values['self-check'],
    help: values.help,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        stdio: { type: 'boolean', default: false },
        port: { type: 'string', default: String(DEFAULT_PORT) },
        upstream: { type: 'string', multiple: true, default: [] },
        'allow-origin': { type: 'string', multiple: true, default: [] },
        'self-check': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  }
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new UserError(`--port must be a number from 0 to 65535, not "${text}".`);
  }
  return Number(text);
}

function parseUpstream(text: string): UpstreamName[] {
  const [name = '', mode] = text.split('=');
  if (!isUpstreamName(name) || (mode !== 'live' && mode !== 'sandbox')) {
    throw new UserError(`--upstream takes NAME=live or NAME=sandbox, where NAME is ${upstreamNames.join(', ')}.`);
  }
  return mode === 'live' ? [name] : [];
}

function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new UserError(`--allow-origin takes an origin such as https://api.example.com, not "${text}".`);
  }
  return url.origin;
}
