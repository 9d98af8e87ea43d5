import { medians, type Row, round } from './measure.ts';
import { packedProject } from './packed-project.ts';
import { processMs } from './process-time.ts';

const ROUNDS = 25;

/** Whole processes that import the packages as they are published, against a Node that imports nothing. */
export async function importTime(): Promise<Row[]> {
  using project = packedProject({ packed: ['core', 'env'] });
  const start = (code: string) => () => processMs(code, { cwd: project.folder });
  const times = await medians(ROUNDS, {
    bare: start(''),
    core: start("await import('@keyturn/core')"),
    env: start("await import('@keyturn/core'); await import('@keyturn/env')"),
  });
  const over = (ms: number) => `${round(ms - times.bare)} ms`;
  const against = `bare Node: ${round(times.bare)} ms`;
  return [
    { what: 'import of @keyturn/core', result: over(times.core), against, aim: '5 ms' },
    { what: 'import of @keyturn/core and @keyturn/env', result: over(times.env), against, aim: '5 ms' },
  ];
}
