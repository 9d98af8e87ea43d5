import type { Step } from './step.ts';

export interface StepResult {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'not run';
  readonly seconds: number;
}

/** Runs every step as soon as what it needs has succeeded, at most `width` at a time, and never stops at a failure. */
export async function runSteps(
  steps: readonly Step[],
  width: number,
  print: (line: string) => void,
): Promise<StepResult[]> {
  const results = new Map<string, StepResult>();
  const waiting = [...steps];
  const next = () => waiting.findIndex(({ needs = [] }) => needs.every((need) => results.has(need)));
  const running = new Set<Promise<void>>();

  while (waiting.length > 0 || running.size > 0) {
    for (let index = next(); index >= 0 && running.size < width; index = next()) {
      const [step] = waiting.splice(index, 1) as [Step];
      const run = runStep(step, results, print).then((result) => {
        results.set(step.name, result);
        running.delete(run);
      });
      running.add(run);
    }
    if (running.size === 0) throw new Error(`nothing provides what is needed by ${waiting.map(({ name }) => name)}`);
    await Promise.race(running);
  }
  return [...results.values()];
}

async function runStep(
  { name, needs = [], run }: Step,
  results: ReadonlyMap<string, StepResult>,
  print: (line: string) => void,
): Promise<StepResult> {
  const missing = needs.find((need) => results.get(need)?.state !== 'ok');
  if (missing) {
    print(`not run  ${name}: needs "${missing}"`);
    return { name, state: 'not run', seconds: 0 };
  }
  const started = performance.now();
  const failure = await run().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const seconds = (performance.now() - started) / 1000;
  print(`${failure === undefined ? 'ok      ' : 'FAILED  '} ${name} (${seconds.toFixed(1)} s)`);
  if (failure !== undefined) print(failure.replaceAll(/^/gm, '         '));
  return { name, state: failure === undefined ? 'ok' : 'failed', seconds };
}
