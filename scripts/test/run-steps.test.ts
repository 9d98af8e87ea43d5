import { describe, expect, test } from 'vitest';
import { runSteps } from '../check/run-steps.ts';
import type { Step } from '../check/step.ts';

async function run(...steps: Step[]) {
  const printed: string[] = [];
  const results = await runSteps(steps, 2, (line) => printed.push(line.replace(/\d+\.\d/, '0.0')));
  return { states: Object.fromEntries(results.map(({ name, state }) => [name, state])), printed };
}

const passing = (name: string, ...needs: string[]): Step => ({ name, needs, run: () => Promise.resolve() });
const failing = (name: string): Step => ({ name, run: () => Promise.reject(new Error('first line\nsecond line')) });

describe('runSteps', () => {
  test('goes on after a failure and leaves out only what needs the failed step', async () => {
    const { states, printed } = await run(passing('pack', 'build'), failing('build'), passing('lint'));
    expect(states).toEqual({ build: 'failed', lint: 'ok', pack: 'not run' });
    expect(printed).toContain('not run  pack: needs "build"');
  });

  test('prints a line per step, and what a failed one says', async () => {
    const { printed } = await run(failing('types'));
    expect(printed).toEqual(['FAILED   types (0.0 s)', '         first line\n         second line']);
  });

  test('runs a step after what it needs', async () => {
    const order: string[] = [];
    const noting = (name: string, ...needs: string[]): Step => ({
      name,
      needs,
      run: async () => {
        await new Promise(setImmediate);
        order.push(name);
      },
    });
    await run(noting('publish', 'pack'), noting('pack', 'build'), noting('build'));
    expect(order).toEqual(['build', 'pack', 'publish']);
  });

  test('runs no more steps at a time than it may', async () => {
    let running = 0;
    let most = 0;
    const counting = (name: string): Step => ({
      name,
      run: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    });
    await run(...['a', 'b', 'c', 'd', 'e'].map(counting));
    expect(most).toBe(2);
  });

  test('refuses a need that no step provides', async () => {
    await expect(run(passing('pack', 'built'))).rejects.toThrow('nothing provides what is needed by pack');
  });
});
