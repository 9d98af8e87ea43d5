import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { awsTable } from './aws/aws-table.ts';
import { lazyLocalStack } from './aws/local-stack.ts';
import { coreTable } from './core-table.ts';
import { measured } from './table.ts';

const wanted = process.argv.slice(2);
await using localStack = lazyLocalStack();
const tables = [await measured(coreTable, wanted), await measured(awsTable(localStack), wanted)];
const report = [heading(), ...tables.filter((table) => table !== undefined)].join('\n');
process.stdout.write(report);
// A part of the report must not replace the whole of it.
if (wanted.length === 0) writeFileSync(new URL('../RESULTS.md', import.meta.url), report);

function heading(): string {
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const day = new Date().toISOString().slice(0, 10);
  return [
    '# Benchmark',
    '',
    `Medians, what is compared in one run and in turn: ${machine}, ${day}. Made by \`npm run bench\`.`,
    '',
  ].join('\n');
}
