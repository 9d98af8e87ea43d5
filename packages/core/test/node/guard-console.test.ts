import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';

// Each test starts a process or two.
vi.setConfig({ testTimeout: 30_000 });

interface Ended {
  /** The secrets of the process. */
  readonly values: string[];
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

async function run(fixture: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const file = new URL(`./fixtures/${fixture}.ts`, import.meta.url);
  const child = fork(file, args, { silent: true, execArgv: [], env: { ...process.env, NODE_OPTIONS: '', ...env } });
  const values: string[] = [];
  child.on('message', (value) => values.push(String(value)));
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'close')]);
  return { values, stdout, stderr, code };
}

function expectClean({ values, stdout, stderr }: Ended): void {
  expect(values).not.toHaveLength(0);
  for (const value of values) {
    for (const output of [stdout, stderr]) {
      expect(output).not.toContain(value.slice(0, 12));
      expect(output).not.toContain(value.slice(-12));
      expect(output).not.toContain(Buffer.from(`user:${value}`).toString('base64').slice(9, 30));
    }
  }
}

test('nothing that console, the streams or a warning print shows a secret', async () => {
  const ended = await run('console-methods');
  expectClean(ended);
  expect(ended.code).toBe(0);
  for (const mark of ['log [secret]', 'info [secret]', 'stdout [secret]', 'debug [secret]', 'group']) {
    expect(ended.stdout).toContain(mark);
  }
  for (const mark of [
    'warn',
    'refused [secret]',
    'trace [secret]',
    'Assertion failed',
    'stderr [secret]',
    'warning [secret]',
  ]) {
    expect(ended.stderr).toContain(mark);
  }
  const [value] = ended.values as [string];
  expect(ended.stdout.endsWith(`exit [secret] ${value.slice(0, 7)}`)).toBe(true);
});

test('what is held back at the exit of the process is printed', async () => {
  const { values, stdout } = await run('held-at-exit');
  expect(stdout).toBe(`end ${values[0]?.slice(0, 20)}`);
});

test('nothing that NODE_DEBUG prints shows a secret', async () => {
  const ended = await run('node-debug', [], { NODE_DEBUG: 'http,net' });
  expectClean(ended);
  expect(ended.stderr).toMatch(/HTTP \d+: .*\[secret\]/s);
});

test.each(['thrown', 'rejected', 'rejected with a text', 'aggregated', 'with a request'])(
  'an error that ends the process shows no secret: %s',
  async (kind) => {
    const ended = await run('uncaught', [kind]);
    expectClean(ended);
    expect(ended.stderr).toContain('[secret]');
    expect(ended.code).toBe(1);
  },
);

test('an error that is handled is not changed', async () => {
  expect(await run('caught')).toMatchObject({ code: 0, stderr: '' });
});

test('a worker that prints shows neither its own secrets nor those of the main thread', async () => {
  const ended = await run('worker');
  expect(ended.values).toHaveLength(2);
  expectClean(ended);
  expect(ended.stdout).toContain('worker log [secret] [secret]');
  expect(ended.stderr).toContain('worker error [secret] [secret]');
});

test('undoing gives the console back', async () => {
  const { values, stdout } = await run('undone');
  expect(stdout).toBe(`guarded [secret]\nunguarded ${values[0]}\n`);
});
