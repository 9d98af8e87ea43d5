import './bootstrap/follow-parent.mjs';
import { rmSync } from 'node:fs';
import { createVitest, parseCLI, TestsNotFoundError } from 'vitest/node';
import { startBroker } from './backends/src/broker.ts';
import { CAPABILITIES_FOLDER } from './capabilities-folder.ts';
import { tallyLines } from './tally.ts';
import { TallyReporter } from './tally-reporter.ts';

/** How long an interrupted run may take to stop its backends. */
const STOP_MS = 8_000;

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

const { filter, options: parsed } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
// Vitest would let `reporter` take the place of `reporters`, and the counter with it.
const { reporter, ...options } = parsed as typeof parsed & { reporter?: typeof parsed.reporters };
// The capability table is made of what the conformance suites note in a full run; a run within a run is none.
if (filter.length === 0 && process.env['KEYTURN_CAPABILITIES_DIR'] === undefined) {
  rmSync(CAPABILITIES_FOLDER, { recursive: true, force: true });
  process.env['KEYTURN_CAPABILITIES_DIR'] = CAPABILITIES_FOLDER;
}
const counter = new TallyReporter();
const reporters = [options.reporters ?? reporter ?? 'default', counter].flat();
const broker = await startBroker();
const vitest = await createVitest({ ...options, reporters, provide: { backendBroker: broker.url } });

for (const [signal, exitCode] of Object.entries(SIGNALS)) {
  // Vitest's own listeners would end this process before the backends have ended.
  process.removeAllListeners(signal).on(signal, () => void stop(exitCode));
}

try {
  await vitest.start(filter);
} catch (error) {
  // Vitest has said so itself, with the patterns it looked for.
  if (!(error instanceof TestsNotFoundError)) console.error(error);
} finally {
  await vitest.close();
  await broker.close();
}
for (const line of tallyLines(counter.result)) console.log(line);
process.exit(counter.result.failed > 0 ? 1 : Number(process.exitCode ?? 0));

async function stop(exitCode: number): Promise<never> {
  setTimeout(() => process.exit(exitCode), STOP_MS);
  await broker.close();
  process.exit(exitCode);
}
