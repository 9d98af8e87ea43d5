import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CapabilityReport, CapabilityResult } from '../packages/core/src/conformance/index.ts';
import { CAPABILITIES_FOLDER } from './capabilities-folder.ts';

const PAGE = fileURLToPath(new URL('../docs/capabilities.md', import.meta.url));
/** Harnesses with which core tests the suites themselves, and the template's invented service. */
const NO_BACKEND = /^(reference|ruled|fixed \/|acme)/i;
const SIGNS: Readonly<Record<CapabilityResult['status'], string>> = {
  passed: 'proved',
  failed: '**failed**',
  not_run: 'not run',
  inapplicable: '–',
};

/** Writes the capability table from what the conformance suites noted in the last full `npm test`. */
export function writeCapabilities(folder: string): void {
  const reports = globSync('*.json', { cwd: folder })
    .map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as CapabilityReport)
    .filter(({ name }) => !NO_BACKEND.test(name))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const sections = (['source', 'token-store'] as const).map((suite) =>
    section(
      suite,
      reports.filter((report) => report.suite === suite),
    ),
  );
  writeFileSync(PAGE, ['# Capabilities', '', INTRODUCTION, '', ...sections].join('\n'));
}

const INTRODUCTION =
  'What each adapter was proved to do by the conformance suites of `@keyturn/core/conformance`, and what cannot exist for\n' +
  'its backend, with the reason. Made from the results of `npm test` by `node scripts/capabilities.ts`.';

function section(suite: string, reports: readonly CapabilityReport[]): string {
  const title = suite === 'source' ? '## Sources' : '## Token stores';
  const rows = [...new Set(reports.flatMap(({ capabilities }) => Object.keys(capabilities)))].sort();
  const cells = (row: string) => reports.map(({ capabilities }) => SIGNS[capabilities[row]?.status ?? 'not_run']);
  return [
    title,
    '',
    `| | ${reports.map(({ name }) => name).join(' | ')} |`,
    `| --- |${' --- |'.repeat(reports.length)}`,
    ...rows.map((row) => `| ${row} | ${cells(row).join(' | ')} |`),
    '',
    ...reports.flatMap(reasons),
  ].join('\n');
}

/** Why something cannot exist for a backend, each reason once. */
function reasons({ name, capabilities }: CapabilityReport): string[] {
  const byReason = new Map<string, string[]>();
  for (const [capability, result] of Object.entries(capabilities)) {
    if (result.status !== 'inapplicable') continue;
    byReason.set(result.reason, [...(byReason.get(result.reason) ?? []), capability]);
  }
  const lines = [...byReason].map(([reason, names]) => `- ${names.sort().join(', ')}: ${reason}`).sort();
  return lines.length === 0 ? [] : [`Not for ${name}:`, '', ...lines, ''];
}

if (import.meta.main) {
  if (!existsSync(CAPABILITIES_FOLDER)) throw new Error('run `npm test` first: it notes what the suites prove');
  writeCapabilities(CAPABILITIES_FOLDER);
}
