import type { CredentialError } from '../credential-error.ts';
import { type FailedEntry, isAbsent } from './load-entry.ts';

/** Everything that is missing, in one text for a person: names, descriptions, sources, hints; never a value. */
export function loadReport(entries: readonly FailedEntry[]): string {
  const absent = entries.filter(isAbsent);
  const missing = entries.filter(({ optional, error }) => !optional && isMissing(error));
  const broken = entries.filter((entry) => !absent.includes(entry) && !missing.includes(entry));
  return [
    ...section('Missing required credentials:', missing),
    ...section('Credentials that could not be loaded:', broken),
    ...section('Optional, not set:', absent),
  ].join('\n');
}

function isMissing({ code }: CredentialError): boolean {
  return code === 'not_configured' || code === 'not_found';
}

function section(title: string, entries: readonly FailedEntry[]): string[] {
  return entries.length === 0 ? [] : [title, ...entries.flatMap(lines)];
}

function lines({ name, description, provider, error }: FailedEntry): string[] {
  const hint = error.hint === undefined ? [] : [`      ${error.hint}`];
  return [
    `  - ${name}: ${description}`,
    `      ${error.source ?? provider.name}: ${error.message} (${error.code})`,
    ...hint,
  ];
}
