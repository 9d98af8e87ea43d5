import type { CredentialProvider } from '../credential-provider.ts';
import type { RefreshingOptions } from '../refreshing/provider-options.ts';
import { firstFailure, isAbsent, loadEntry, withCheck } from './load-entry.ts';
import { loadReport } from './load-report.ts';
import { providerPool } from './provider-pool.ts';
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
 * Fetches every credential of the manifest once, together, and answers their providers. A source is wrapped once,
 * whoever names it, with `options`; a provider is used as it is. Their refreshes stay together too: what one backend
 * can answer in one call is asked in one call.
 *
 * @throws {AggregateError} of `CredentialError`s where any cannot be had; its message lists each with name,
 *   description, source and hint, never a value. Everything that was taken is given back first.
 */
export async function loadCredentials<const M extends Manifest>(
  manifest: M,
  options: RefreshingOptions = {},
): Promise<LoadedCredentials<M>> {
  const pool = providerPool(options);
  // Every check is in place before the first fetch, since entries may share a source.
  const provided = Object.entries(manifest).map(([name, entry]) => loadEntry(name, entry, pool));
  const entries = provided.map(withCheck);
  const giveBack = async () => {
    for (const { removeCheck } of entries) removeCheck();
    await pool[Symbol.asyncDispose]();
  };

  const failed = (await Promise.all(entries.map(firstFailure))).filter((entry) => entry !== undefined);
  const broken = failed.filter((entry) => !isAbsent(entry));
  if (broken.length > 0) {
    await giveBack();
    const errors = broken.map(({ error }) => error);
    throw new AggregateError(errors, loadReport(failed));
  }

  const absent = new Set(failed.map(({ name }) => name));
  const present = entries.filter(({ name }) => !absent.has(name));
  const leave = refreshTogether(present.map(({ provider }) => provider.root));
  const providers = entries.map(({ name, provider }) => [name, absent.has(name) ? undefined : provider] as const);
  return {
    ...Object.fromEntries<unknown>(providers),
    async [Symbol.asyncDispose]() {
      leave();
      await giveBack();
    },
  } as LoadedCredentials<M>;
}
