import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { firstGets } from './first-gets.ts';
import { freshGet } from './fresh-get.ts';
import { importTime } from './import-time.ts';
import type { Row } from './measure.ts';
import { providerMemory } from './provider-memory.ts';
import { redaction } from './redaction.ts';

const GROUPS = { freshGet, firstGets, redaction, providerMemory, importTime };

const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(GROUPS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`measuring ${name}\n`);
  rows.push(...(await measure()));
}
const table = tableOf(rows);
process.stdout.write(table);
// A part of the table must not replace the whole of it.
if (wanted.length === 0) writeFileSync(new URL('../RESULTS.md', import.meta.url), table);

function tableOf(measured: readonly Row[]): string {
  const lines = measured.map(({ what, result, against, aim }) => `| ${what} | ${result} | ${against} | ${aim ?? ''} |`);
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return [
    '# Benchmark',
    '',
    `Medians, everything in one run: ${machine}, ${new Date().toISOString().slice(0, 10)}. Made by \`npm run bench\`.`,
    '',
    '| what | Keyturn | against | aim |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}
