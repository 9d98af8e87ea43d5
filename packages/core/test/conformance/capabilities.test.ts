import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sourceConformance } from '../../src/conformance/source-conformance.ts';
import type { SourceHarness } from '../../src/conformance/source-harness.ts';
import { fixedSource } from '../../src/fixed-source.ts';
import type { Secret } from '../../src/secret.ts';
import { recordingRunner } from './recording-runner.ts';

const held = new Map<string, Secret>();

const harness: SourceHarness = {
  name: 'Fixed / two',
  source: (item) => fixedSource(held.get(item)!),
  serve: async (item, value) => void held.set(item, value),
  inapplicable: { throttled: 'nobody is asked', lease: 'it mints nothing', binary: 'texts only' },
};

afterEach(() => vi.unstubAllEnvs());

describe('the report of a suite', () => {
  test('says before the run what is inapplicable and why, and that nothing else was run', () => {
    const { capabilities } = sourceConformance(recordingRunner().runner, harness);
    expect(capabilities['throttled']).toEqual({ status: 'inapplicable', reason: 'nobody is asked' });
    expect(capabilities['retryAfter']).toEqual({ status: 'inapplicable', reason: 'it does not speak HTTP' });
    expect(capabilities['served']).toEqual({ status: 'not_run' });
  });

  test('says after it which capabilities passed all of their tests', async () => {
    const { runner, run } = recordingRunner();
    const { capabilities } = sourceConformance(runner, harness);
    await run();
    expect(capabilities['served']).toEqual({ status: 'passed' });
    expect(capabilities['text']).toEqual({ status: 'passed' });
    expect(capabilities['rotated']).toEqual({ status: 'failed' });
  });

  test('registers no test for what is inapplicable', async () => {
    const { runner, run } = recordingRunner();
    sourceConformance(runner, harness);
    const { passed, failed } = await run();
    const titles = [...passed, ...failed.map(({ title }) => title)];
    expect(titles).not.toContain('bytes that are no text arrive unchanged');
    expect(titles).toContain('Unicode text arrives unchanged');
  });

  test('fails a state that is neither brought about nor explained', async () => {
    const { runner, run } = recordingRunner();
    sourceConformance(runner, harness);
    const { failed } = await run();
    const titles = failed.map(({ title }) => title);
    expect(titles).toContain('the state denied is brought about or explained');
    expect(titles).toContain('the state hanging is brought about or explained');
    expect(titles).not.toContain('the state throttled is brought about or explained');
  });

  test('does not take an empty reason', () => {
    const unexplained = { ...harness, inapplicable: { throttled: ' ' } };
    expect(() => sourceConformance(recordingRunner().runner, unexplained)).toThrow('say why throttled is inapplicable');
  });

  test('is written where the environment says', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'keyturn-'));
    try {
      vi.stubEnv('KEYTURN_CAPABILITIES_DIR', join(directory, 'new'));
      const { runner, run } = recordingRunner();
      const report = sourceConformance(runner, harness);
      await run();
      const written = JSON.parse(await readFile(join(directory, 'new', 'source-fixed-two.json'), 'utf8'));
      expect(written).toEqual(report);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
