import { createVitest, parseCLI, TestsNotFoundError } from 'vitest/node';
import { tallyLines } from './tally.ts';
import { TallyReporter } from './tally-reporter.ts';

/** How long an interrupted run may take to stop its backends. */
const STOP_MS = 8_000;

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const counter = new TallyReporter();
const reporters = [options.reporters ?? options.reporter ?? 'default', counter].flat();
const vitest = await createVitest({ ...options, reporters });

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => void stop(code));
}

try {
  await vitest.start(filter);
} catch (error) {
  // Vitest has said so itself, with the patterns it looked for.
  if (!(error instanceof TestsNotFoundError)) console.error(error);
} finally {
  await vitest.close();
}
for (const line of tallyLines(counter.result)) console.log(line);
process.exit(counter.result.failed > 0 ? 1 : Number(process.exitCode ?? 0));

async function stop(code: number): Promise<never> {
  setTimeout(() => process.exit(code), STOP_MS);
  await vitest.cancelCurrentRun('keyboard-input');
  await vitest.close();
  process.exit(code);
}
