import { type CredentialError, isCredentialError } from '../credential-error.ts';
import type { CredentialProvider } from '../credential-provider.ts';
import { toCredentialError } from '../refreshing/fetch-attempt.ts';
import { schemaCheck } from './check-schema.ts';
import { loadReport } from './load-report.ts';
import { type ProviderHandle, providerOf } from './provider-of.ts';
import { refreshTogether } from './refresh-together.ts';
import type { SourceOrProvider } from './source-or-provider.ts';
import type { StandardSchema } from './standard-schema.ts';

export interface EntryOptions {
  /**
   * Any Standard Schema (Zod, Valibot, ArkType). It judges the text of a `Secret`, or a record with its secrets
   * revealed; the value stays as it is. A refreshed value that fails is refused and the old one kept, with an event.
   */
  readonly schema?: StandardSchema;
}

/** One line of a manifest. */
export interface ManifestEntry<V, Optional extends boolean> {
  readonly source: SourceOrProvider<V>;
  readonly description: string;
  readonly schema: StandardSchema | undefined;
  readonly optional: Optional;
}

export type Manifest = Readonly<Record<string, ManifestEntry<unknown, boolean>>>;

/** A provider for each entry; an optional one that is not configured is `undefined`. Disposing it gives all back. */
export type LoadedCredentials<M extends Manifest> = AsyncDisposable & {
  readonly [N in keyof M]: M[N] extends ManifestEntry<infer V, infer Optional>
    ? Optional extends true
      ? CredentialProvider<V> | undefined
      : CredentialProvider<V>
    : never;
};

/** A credential the application cannot start without. `description` says to a person what it is for. */
export function required<V>(
  source: SourceOrProvider<V>,
  description: string,
  options: EntryOptions = {},
): ManifestEntry<V, false> {
  return { source, description, schema: options.schema, optional: false };
}

/** A credential that may be left out: `undefined` where it is not configured. Any other failure is a failure. */
export function optional<V>(
  source: SourceOrProvider<V>,
  description: string,
  options: EntryOptions = {},
): ManifestEntry<V, true> {
  return { source, description, schema: options.schema, optional: true };
}

/**
 * Fetches every credential of the manifest once, together, and answers their providers. Their refreshes stay
 * together too: what one backend can answer in one call is asked in one call.
 *
 * @throws {AggregateError} of `CredentialError`s where any cannot be had; its message lists each with name,
 *   description, source and hint, never a value. Everything that was taken is given back first.
 */
export async function loadCredentials<const M extends Manifest>(manifest: M): Promise<LoadedCredentials<M>> {
  const entries = await Promise.all(Object.entries(manifest).map(([name, entry]) => loadEntry(name, entry)));
  const failed = entries.filter((entry) => entry.error !== undefined && !isAbsent(entry));
  if (failed.length > 0) {
    await disposeAll(entries);
    throw new AggregateError(
      failed.map((entry) => entry.error),
      loadReport(entries.map((entry) => ({ ...entry, absent: isAbsent(entry) }))),
    );
  }
  const leave = refreshTogether(entries.filter((entry) => !isAbsent(entry)).map(({ handle }) => handle.provider.root));
  const providers = entries.map((entry) => [entry.name, isAbsent(entry) ? undefined : entry.handle.provider]);
  return {
    ...Object.fromEntries(providers),
    async [Symbol.asyncDispose]() {
      leave();
      await disposeAll(entries);
    },
  };
}

interface LoadedEntry {
  readonly name: string;
  readonly description: string;
  readonly optional: boolean;
  readonly source: string;
  readonly handle: ProviderHandle<unknown>;
  readonly removeCheck: () => void;
  readonly error?: CredentialError;
}

async function loadEntry(name: string, entry: ManifestEntry<unknown, boolean>): Promise<LoadedEntry> {
  const handle = providerOf(entry.source);
  const { provider } = handle;
  const check = entry.schema && schemaCheck(entry.schema, provider.name);
  const removeCheck = check === undefined ? () => undefined : provider.addCheck(check);
  const loaded = { name, ...entry, source: provider.name, handle, removeCheck };
  try {
    const credential = await provider.get();
    await check?.(credential); // a shared provider may have fetched it before the check was there
    return loaded;
  } catch (error) {
    return { ...loaded, error: toCredentialError(error, provider.name) };
  }
}

function isAbsent(entry: LoadedEntry): boolean {
  return entry.optional && isCredentialError(entry.error, 'not_configured');
}

async function disposeAll(entries: readonly LoadedEntry[]): Promise<void> {
  for (const { removeCheck } of entries) removeCheck();
  await Promise.all(entries.map(({ handle }) => handle.dispose()));
}
