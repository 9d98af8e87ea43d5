import { isCredentialError } from '@keyturn/core';
import { ToolFailure } from '../tool-failure.ts';

/** What was thrown while talking to `who`, as something the client may see. */
export function networkFailure(error: unknown, who: string, signal: AbortSignal): Error {
  if (error instanceof ToolFailure || isCredentialError(error)) return error;
  if (signal.aborted) {
    const timedOut = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
    return timedOut
      ? new ToolFailure('timed_out', `${who} did not answer in time`)
      : new ToolFailure('aborted', 'the request was cancelled');
  }
  const reason = systemCode(error);
  return new ToolFailure('unreachable', `${who} cannot be reached${reason === undefined ? '' : ` (${reason})`}`);
}

/** E.g. `ECONNREFUSED`; `fetch` hides it in the cause. */
function systemCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return undefined;
}
