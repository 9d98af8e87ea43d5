import type { Runner } from '../../src/conformance/runner.ts';

export interface Outcome {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly message: string }[];
}

/** A runner that only collects; `run` then runs the tests, a few at a time, and says how each ended. */
export function recordingRunner(): { readonly runner: Runner; run(): Promise<Outcome> } {
  const tests: { title: string; body: () => Promise<void> }[] = [];
  return {
    runner: {
      describe: (_name, body) => body(),
      test: (title, body) => tests.push({ title, body }),
    },
    async run() {
      const passed: string[] = [];
      const failed: { title: string; message: string }[] = [];
      const queue = [...tests];
      const worker = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
          const { title, body } = next;
          await body().then(
            () => passed.push(title),
            (error: unknown) => failed.push({ title, message: error instanceof Error ? error.message : String(error) }),
          );
        }
      };
      await Promise.all(Array.from({ length: 6 }, worker));
      const order = (title: string) => tests.findIndex((test) => test.title === title);
      return { passed, failed: failed.sort((a, b) => order(a.title) - order(b.title)) };
    },
  };
}
