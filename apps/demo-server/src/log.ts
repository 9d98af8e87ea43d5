import { type CredentialEvent, isCredentialError } from '@keyturn/core';
import { ToolFailure } from './tool-failure.ts';

/** What happens, one line each, without values. */
export interface Log {
  /** Names the tool, the code, the HTTP status and the credential; never what was sent or answered. */
  toolFailed(tool: string, error: unknown): void;
  credentialEvent(event: CredentialEvent): void;
  /** Something that should not happen. */
  unexpected(where: string, error: unknown): void;
}

export interface LogOptions {
  readonly write: (line: string) => void;
  /** Tells of what goes well, too. */
  readonly debug: boolean;
}

export function createLog({ write, debug }: LogOptions): Log {
  const log: Log = {
    toolFailed(tool, error) {
      if (error instanceof ToolFailure || isCredentialError(error)) write(`${tool} failed: ${facts(error)}`);
      else log.unexpected(tool, error);
    },
    credentialEvent(event) {
      const troubled = event.type !== 'fetched' && event.type !== 'released';
      if (debug || troubled) write(`credential ${event.source}: ${describe(event)}`);
    },
    unexpected(where, error) {
      write(
        `${where}: ${error instanceof Error ? (error.stack ?? error.message) : 'something that is no error was thrown'}`,
      );
    },
  };
  return log;
}

function facts(error: Error & { code: string; source?: string | undefined; status?: number | undefined }): string {
  const status = error.status === undefined ? '' : ` status=${error.status}`;
  const credential = error.source === undefined ? '' : ` credential=${error.source}`;
  return `code=${error.code}${status}${credential}`;
}

function describe(event: CredentialEvent): string {
  if (event.type === 'fetched') return `fetched (${event.outcome})`;
  return 'error' in event ? `${event.type} code=${event.error.code}` : event.type;
}
