import type { CredentialProvider, CredentialStatus } from '@keyturn/core';
import { textTable } from './text-table.ts';

/** One credential as it may be shown to anybody: no value, nothing derived from one. */
export interface CredentialRow {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  /** Where the one in hand came from; of a chain, which of its members gave it. */
  readonly origin?: { readonly adapter: string; readonly reference: string };
  readonly state: string;
  readonly failures: number;
  readonly ageMs?: number;
  readonly version?: string;
  readonly expiresAt?: string;
  readonly nextRefreshAt?: string;
  /** The code of the last failure. */
  readonly lastError?: string;
}

/** Tells of each credential of the manifest; `loaded` holds no provider for an optional one that is not set. */
export function credentialRows(
  manifest: Readonly<Record<string, { readonly source: { readonly name: string }; readonly description: string }>>,
  loaded: Readonly<Record<string, CredentialProvider | undefined>>,
): CredentialRow[] {
  return Object.entries(manifest).map(([name, { source, description }]) => {
    const provider = loaded[name];
    return { name, description, ...(provider === undefined ? absent(source.name) : present(provider)) };
  });
}

function absent(source: string) {
  return { source, state: 'not set', failures: 0 };
}

function present(provider: CredentialProvider) {
  const origin = provider.current()?.origin;
  return {
    ...told(provider.status()),
    ...(origin !== undefined && { origin: { adapter: origin.adapter, reference: origin.reference } }),
  };
}

function told({ source, state, failures, ageMs, version, expiresAt, nextRefreshAt, lastError }: CredentialStatus) {
  return {
    source,
    state,
    failures,
    ...(ageMs !== undefined && { ageMs: Math.round(ageMs) }),
    ...(version !== undefined && { version }),
    ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
    ...(nextRefreshAt !== undefined && { nextRefreshAt: nextRefreshAt.toISOString() }),
    ...(lastError !== undefined && { lastError: lastError.code }),
  };
}

/** Name, source, state and expiry in columns; the source by reference, where something came from it. */
export function credentialTable(rows: readonly CredentialRow[]): string {
  return textTable([
    ['name', 'source', 'state', 'expires'],
    ...rows.map(({ name, source, origin, state, expiresAt }) => [
      name,
      origin?.reference ?? source,
      state,
      expiresAt ?? (state === 'not set' ? '-' : 'never'),
    ]),
  ]);
}
