import { Writable } from 'node:stream';
import type { McpServerFactory } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import type { Log } from './log.ts';

/**
 * Takes stdout for the protocol alone: whatever else this process prints there, `console.log` included, goes to
 * stderr from now on. Call it before anything can print.
 */
export function claimStdout(): Writable {
  const write = process.stdout.write.bind(process.stdout);
  type Write = typeof process.stdout.write;
  process.stdout.write = ((...args: Parameters<Write>) => process.stderr.write(...args)) as Write;
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      write(chunk, done);
    },
  });
}

/** Serves MCP over stdin and `stdout` until the client closes stdin; `ended` settles then. */
export function serveStdio(
  factory: McpServerFactory,
  stdout: Writable,
  log: Log,
): AsyncDisposable & { readonly ended: Promise<void> } {
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
    // The client went away without closing stdin first.
    process.stdout.once('error', () => resolve());
  });
  const handle = serve(factory, {
    transport: new StdioServerTransport(process.stdin, stdout),
    onerror: (error) => log.transportError('stdio', error),
  });
  return { ended, [Symbol.asyncDispose]: () => handle.close() };
}
