import { type CredentialError, type CredentialEvent, isCredentialError } from '@keyturn/core';
import { ToolFailure } from './tool-failure.ts';

/** What happens, one line each, without values. */
export interface Log {
  /** Names the tool, the code, the HTTP status and the credential; never what was sent or answered. */
  toolFailed(tool: string, error: unknown): void;
  credentialEvent(event: CredentialEvent): void;
  /** A message that is no MCP, or a connection that broke. */
  transportError(transport: 'http' | 'stdio', error: Error): void;
}

export interface LogOptions {
  readonly write: (line: string) => void;
  /** Tells of what goes well, too. */
  readonly debug: boolean;
}

export function createLog({ write, debug }: LogOptions): Log {
  return {
    toolFailed(tool, error) {
      write(`${tool} failed: ${foreseen(error) ? facts(error) : stackOf(error)}`);
    },
    credentialEvent(event) {
      const troubled = event.type !== 'fetched' && event.type !== 'released';
      if (debug || troubled) write(`credential ${event.source}: ${describe(event)}`);
    },
    transportError(transport, error) {
      write(`${transport}: ${error.message}`);
    },
  };
}

function foreseen(error: unknown): error is ToolFailure | CredentialError {
  return error instanceof ToolFailure || isCredentialError(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : 'something that is no error was thrown';
}

function facts(error: ToolFailure | CredentialError): string {
  const status = 'status' in error && error.status !== undefined ? ` status=${error.status}` : '';
  const credential = error.source === undefined ? '' : ` credential=${error.source}`;
  return `code=${error.code}${status}${credential}`;
}

function describe(event: CredentialEvent): string {
  if (event.type === 'fetched') return `fetched (${event.outcome})`;
  return 'error' in event ? `${event.type} code=${event.error.code}` : event.type;
}
