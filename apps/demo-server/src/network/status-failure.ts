import { codeOfStatus } from '@keyturn/core/http';
import { ToolFailure } from '../tool-failure.ts';

/** What an HTTP status that is no success means for the client. Says nothing of the body. */
export function statusFailure(who: string, status: number, source: string | undefined): ToolFailure {
  return new ToolFailure(codeOfStatus(status), `${who} answered ${status}`, {
    status,
    ...(source !== undefined && { source }),
  });
}
