/** What a suite needs of a test runner. Vitest, Jest, Mocha (`{ describe, test: it }`) and `node:test` all fit. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>, timeoutMs?: number) => unknown;
}

/** Ends the test with `message`, which must tell nothing of a secret value. */
export function fail(message: string): never {
  throw new Error(message);
}

export function check(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

/** Not a failure of what was under way, but of its ending at all. */
class LimitExceeded extends Error {
  override readonly name = 'LimitExceeded';
}

/** What `work` gives, or a failure that says `what` did not end. */
export async function within<T>(limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LimitExceeded(`${what} did not end within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** What `work` throws; fails where it throws nothing, or does not end. */
export async function failureOf(what: string, work: Promise<unknown>): Promise<unknown> {
  const [outcome] = await Promise.allSettled([work]);
  if (outcome.status === 'fulfilled') {
    return fail(outcome.value === undefined ? `${what} turned the failure into undefined` : `${what} succeeded`);
  }
  if (outcome.reason instanceof LimitExceeded) throw outcome.reason;
  return outcome.reason;
}

/** What `work` throws, if anything: that it must throw is the concern of another test. */
export async function anyError(work: Promise<unknown>): Promise<unknown> {
  const [outcome] = await Promise.allSettled([work]);
  return outcome.status === 'rejected' ? outcome.reason : undefined;
}

/** Waits for the end of `work`, good or bad. Where it fails without being awaited, it counts as heard from here on. */
export async function ended(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work]);
}
