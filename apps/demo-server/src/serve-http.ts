import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  localhostHostValidation,
  localhostOriginValidation,
  type NodeIncomingMessageLike,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { createMcpHandler, type McpServerFactory } from '@modelcontextprotocol/server';
import type { Log } from './log.ts';
import { UserError } from './user-error.ts';

/** A running server; disposing it ends its connections. */
export interface Serving extends AsyncDisposable {
  readonly url: string;
}

/**
 * Serves MCP over Streamable HTTP at `http://127.0.0.1:<port>/mcp`. Only requests with a `Host` and, from browsers,
 * an `Origin` of this machine are answered, so a web page cannot reach the tools by rebinding its name.
 * @throws {UserError} where the port is taken
 */
export async function serveHttp(factory: McpServerFactory, port: number, log: Log): Promise<Serving> {
  const onerror = (error: Error) => log.transportError('http', error);
  const mcp = createMcpHandler(factory, { onerror });
  const handle = toNodeHandler(mcp, { onerror });
  const hostIsLocal = localhostHostValidation();
  const originIsLocal = localhostOriginValidation();

  const server = createServer((request, response) => {
    if (!hostIsLocal(request, response) || !originIsLocal(request, response)) return;
    if (pathOf(request) === '/mcp') handle(request as NodeIncomingMessageLike, response).catch(onerror);
    else answerNotFound(response);
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async [Symbol.asyncDispose]() {
      await mcp.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pathOf(request: IncomingMessage): string | undefined {
  return request.url?.split('?', 1)[0];
}

function answerNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' }).end('The MCP endpoint is /mcp.\n');
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new UserError(
      `Port ${port} of 127.0.0.1 is taken. Stop what uses it, or choose another: npm start -- --port ${port + 1}`,
    );
  }
  if (error.code === 'EACCES')
    return new UserError(`Port ${port} needs rights you do not have; choose one above 1023.`);
  return error;
}
