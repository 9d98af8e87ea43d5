/** A table of the report: groups of lines that are measured one after the other. */
export interface Table<R> {
  readonly title: string;
  readonly columns: readonly string[];
  /** What stands in the columns. */
  readonly cells: (row: R) => readonly string[];
  readonly groups: Readonly<Record<string, () => Promise<R[]>>>;
}

/** Measures the wanted groups, all where none is named. Answers the table as text; `undefined` where it has no line. */
export async function measured<R>(table: Table<R>, wanted: readonly string[]): Promise<string | undefined> {
  const { title, columns, cells, groups } = table;
  const rows: R[] = [];
  for (const [name, measure] of Object.entries(groups)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    process.stderr.write(`measuring ${name}\n`);
    rows.push(...(await measure()));
  }
  if (rows.length === 0) return undefined;
  const lines = [columns, columns.map(() => '---'), ...rows.map(cells)];
  return [`## ${title}`, '', ...lines.map((line) => `| ${line.join(' | ')} |`), ''].join('\n');
}
