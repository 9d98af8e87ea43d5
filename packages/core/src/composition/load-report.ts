import type { CredentialError } from '../credential-error.ts';

export interface ReportedEntry {
  readonly name: string;
  readonly description: string;
  readonly source: string;
  /** Optional and not configured: worth a line, no failure. */
  readonly absent: boolean;
  readonly error?: CredentialError;
}

/** Everything that is missing, in one text for a person: names, descriptions, sources, hints; never a value. */
export function loadReport(entries: readonly ReportedEntry[]): string {
  const failed = entries.filter((entry) => entry.error !== undefined && !entry.absent);
  const missing = failed.filter(({ error }) => error?.code === 'not_configured' || error?.code === 'not_found');
  const broken = failed.filter((entry) => !missing.includes(entry));
  const absent = entries.filter((entry) => entry.absent);
  return [
    ...section('Missing required credentials:', missing),
    ...section('Credentials that could not be loaded:', broken),
    ...section('Optional, not set:', absent),
  ].join('\n');
}

function section(title: string, entries: readonly ReportedEntry[]): string[] {
  return entries.length === 0 ? [] : [title, ...entries.flatMap(lines)];
}

function lines({ name, description, source, error }: ReportedEntry): string[] {
  const reason = error === undefined ? '' : `: ${error.message} (${error.code})`;
  const hint = error?.hint === undefined ? [] : [`      ${error.hint}`];
  return [`  - ${name}: ${description}`, `      ${error?.source ?? source}${reason}`, ...hint];
}
