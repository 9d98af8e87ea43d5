/** How one use of a credential ended. */
export interface UseOutcome {
  /** What the use threw. */
  readonly error?: unknown;
  /** What the use returned. */
  readonly value?: unknown;
}

/** An outcome that can be handed on as it happened. */
export interface Outcome<R> extends UseOutcome {
  readonly value?: R;
  readonly failed: boolean;
}

export async function outcomeOf<R>(use: () => Promise<R> | R): Promise<Outcome<R>> {
  try {
    return { failed: false, value: await use() };
  } catch (error) {
    return { failed: true, error };
  }
}

/** Returns or throws what the use returned or threw. */
export function unwrap<R>(outcome: Outcome<R>): R {
  if (outcome.failed) throw outcome.error;
  return outcome.value as R;
}

/** A thrown error, or a returned response, with status 401. */
export function refusedWith401({ error, value }: UseOutcome): boolean {
  return statusOf(error) === 401 || (isResponse(value) && value.status === 401);
}

/** Whether a server took the credential: an answer came, and it is no refusal of any kind. */
export function provesAcceptance({ failed, value }: Outcome<unknown>): boolean {
  return !failed && !(isResponse(value) && value.status >= 400);
}

/** A response that nobody will read would hold its connection. */
export async function discard({ value }: UseOutcome): Promise<void> {
  if (!isResponse(value) || !(value.body instanceof ReadableStream) || value.body.locked) return;
  await value.body.cancel().catch(() => undefined); // broken off already: nothing is held any more
}

/** Any implementation's response: SDKs bring their own `fetch`. */
function isResponse(value: unknown): value is { readonly status: number; readonly body?: unknown } {
  return typeof statusOf(value) === 'number' && 'headers' in (value as object);
}

function statusOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'status' in value ? value.status : undefined;
}
