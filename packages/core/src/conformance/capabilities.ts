import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, type Runner } from './runner.ts';

/** How one capability fared: proved by its tests, or declared impossible for this backend, and why. */
export type CapabilityResult =
  | { readonly status: 'not_run' | 'passed' | 'failed' }
  | { readonly status: 'inapplicable'; readonly reason: string };

/** The results of one suite over one harness; the rows of a README's capability table. */
export interface CapabilityReport {
  readonly suite: 'source' | 'token-store';
  /** The harness's name. */
  readonly name: string;
  /** Filled in as the tests run. */
  readonly capabilities: Readonly<Record<string, CapabilityResult>>;
}

/** Registers the tests of one capability, unless it is inapplicable. */
export type Register<C extends string> = (capability: C, title: string, body: () => Promise<void>) => void;

export interface Collector<C extends string> {
  readonly report: CapabilityReport;
  readonly test: Register<C>;
}

interface CollectorOptions<C extends string> {
  readonly suite: CapabilityReport['suite'];
  readonly name: string;
  readonly inapplicable: Readonly<Partial<Record<C, string>>>;
  readonly testTimeoutMs: number;
}

/**
 * Runs tests through `runner` and notes for each capability whether all of its tests passed. With
 * `KEYTURN_CAPABILITIES_DIR` set, the report is written there as `SUITE-NAME.json` after each test.
 */
export function collector<C extends string>(runner: Runner, options: CollectorOptions<C>): Collector<C> {
  const capabilities: Record<string, CapabilityResult> = {};
  const planned = new Map<string, { tests: number; passed: number }>();
  const report: CapabilityReport = { suite: options.suite, name: options.name, capabilities };
  for (const [capability, reason] of Object.entries<string | undefined>(options.inapplicable)) {
    if (reason === undefined) continue;
    check(reason.trim() !== '', `${options.name}: say why ${capability} is inapplicable`);
    capabilities[capability] = { status: 'inapplicable', reason };
  }

  const note = (capability: string, passed: boolean) => {
    const counts = planned.get(capability)!;
    if (passed) counts.passed += 1;
    if (!passed) capabilities[capability] = { status: 'failed' };
    else if (counts.passed === counts.tests) capabilities[capability] = { status: 'passed' };
    write(report);
  };

  return {
    report,
    test(capability, title, body) {
      if (options.inapplicable[capability] !== undefined) return;
      capabilities[capability] ??= { status: 'not_run' };
      const counts = planned.get(capability) ?? { tests: 0, passed: 0 };
      planned.set(capability, { ...counts, tests: counts.tests + 1 });
      const run = async () => {
        let passed = false;
        try {
          await body();
          passed = true;
        } finally {
          note(capability, passed);
        }
      };
      runner.test(title, run, options.testTimeoutMs);
    },
  };
}

function write(report: CapabilityReport): void {
  const directory = process.env['KEYTURN_CAPABILITIES_DIR'];
  if (directory === undefined || directory === '') return;
  mkdirSync(directory, { recursive: true });
  const file = `${report.suite}-${report.name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.json`;
  writeFileSync(join(directory, file), `${JSON.stringify(report, null, 2)}\n`);
}
