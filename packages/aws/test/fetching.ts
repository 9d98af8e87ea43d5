import { type Credential, CredentialError, type CredentialSource, type FetchContext, systemClock } from '@keyturn/core';

/** One fetch, without what core adds. */
export function fetched(source: CredentialSource, context: Partial<FetchContext> = {}): Promise<Credential> {
  return source.fetch({ signal: new AbortController().signal, clock: systemClock, minValidityMs: 0, ...context });
}

export async function revealed(source: CredentialSource): Promise<string> {
  return (await fetched(source)).value.reveal();
}

/** The error that a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<CredentialError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof CredentialError) return outcome;
  throw new Error('it did not fail with a CredentialError');
}

/** The error that a call throws. */
export function thrown(call: () => unknown): CredentialError {
  try {
    call();
  } catch (error) {
    if (error instanceof CredentialError) return error;
  }
  throw new Error('it did not throw a CredentialError');
}
