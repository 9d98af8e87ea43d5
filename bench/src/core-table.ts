import { firstGets } from './first-gets.ts';
import { freshGet } from './fresh-get.ts';
import { importTime } from './import-time.ts';
import type { Row } from './measure.ts';
import { providerMemory } from './provider-memory.ts';
import { redaction } from './redaction.ts';
import type { Table } from './table.ts';

export const coreTable: Table<Row> = {
  title: 'Core',
  columns: ['what', 'Keyturn', 'against', 'aim'],
  cells: ({ what, result, against, aim = '' }) => [what, result, against, aim],
  groups: { freshGet, firstGets, redaction, providerMemory, importTime },
};
