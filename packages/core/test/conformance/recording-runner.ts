import type { Runner } from '../../src/conformance/runner.ts';

export interface Outcome {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly message: string }[];
}

/** A runner that only collects; `run` then runs the tests one by one and says how each ended. */
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
      for (const { title, body } of tests) {
        await body().then(
          () => passed.push(title),
          (error: unknown) => failed.push({ title, message: error instanceof Error ? error.message : String(error) }),
        );
      }
      return { passed, failed };
    },
  };
}
