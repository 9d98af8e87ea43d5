import { type Credential, CredentialError, type CredentialSource, type FetchContext, systemClock } from '@keyturn/core';

/** What core would hand to a source. */
export function fetchContext(context: Partial<FetchContext> = {}): FetchContext {
  return { signal: new AbortController().signal, clock: systemClock, minValidityMs: 0, ...context };
}

export function fetched(source: CredentialSource, context?: Partial<FetchContext>): Promise<Credential> {
  return source.fetch(fetchContext(context));
}

export async function revealed(source: CredentialSource): Promise<string> {
  return (await fetched(source)).value.reveal();
}

/** The error that a fetch fails with. */
export async function failure(source: CredentialSource, context?: Partial<FetchContext>): Promise<CredentialError> {
  const outcome = await fetched(source, context).catch((error: unknown) => error);
  if (outcome instanceof CredentialError) return outcome;
  throw new Error('the fetch did not fail with a CredentialError');
}

/** The error that a factory throws. */
export function thrown(make: () => unknown): CredentialError {
  try {
    make();
  } catch (error) {
    if (error instanceof CredentialError) return error;
  }
  throw new Error('it did not throw a CredentialError');
}
