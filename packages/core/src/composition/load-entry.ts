import type { CredentialError } from '../credential-error.ts';
import type { CredentialCheck } from '../refreshing/credential-slot.ts';
import { toCredentialError } from '../refreshing/fetch-attempt.ts';
import { schemaCheck } from './check-schema.ts';
import type { CoreProvider } from './derived-provider.ts';
import type { ManifestEntry } from './load-credentials.ts';
import type { ProviderPool } from './provider-pool.ts';
import { isProvider } from './source-or-provider.ts';

/** An entry of a manifest with its provider, from which nothing was fetched yet. */
interface LoadEntry extends ManifestEntry<unknown, boolean> {
  readonly name: string;
  readonly provider: CoreProvider<unknown>;
}

/** An entry that is guarded by its schema, if it has one, until `removeCheck`. */
interface CheckedEntry extends LoadEntry {
  readonly check: CredentialCheck<unknown> | undefined;
  readonly removeCheck: () => void;
}

export interface FailedEntry extends LoadEntry {
  readonly error: CredentialError;
}

/** @throws {TypeError} where the provider is not one of core's */
export function loadEntry(name: string, entry: ManifestEntry<unknown, boolean>, pool: ProviderPool): LoadEntry {
  return { ...entry, name, provider: pool.provide(entry.source) };
}

export function withCheck(entry: LoadEntry): CheckedEntry {
  const { schema, provider } = entry;
  if (schema === undefined) return { ...entry, check: undefined, removeCheck: () => undefined };
  const check = schemaCheck(schema, provider.name);
  return { ...entry, check, removeCheck: provider.addCheck(check) };
}

/** Fetches it once; `undefined` where that went well. */
export async function firstFailure(entry: CheckedEntry): Promise<FailedEntry | undefined> {
  const { source, provider, check } = entry;
  try {
    const credential = await provider.get();
    // A provider that was given may have fetched it before the check was there.
    if (isProvider(source)) await check?.(credential);
    return undefined;
  } catch (error) {
    return { ...entry, error: toCredentialError(error, provider.name) };
  }
}

/** Whether it is optional and was never configured on this machine: worth a line, no failure. */
export function isAbsent({ optional, error }: FailedEntry): boolean {
  return optional && error.code === 'not_configured';
}
