import './bootstrap/follow-parent.mjs';
import { runSteps } from './check/run-steps.ts';
import { steps } from './check/steps.ts';
import { treeState } from './check/tree-state.ts';

/** Most steps use more than one core themselves. */
const WIDTH = 2;

const started = performance.now();
const before = await treeState();
const results = await runSteps(steps, WIDTH, console.log);
const unchanged = {
  name: 'nothing was changed by building and checking',
  run: async () => {
    const after = await treeState();
    if (after !== before) throw new Error(`git status and git diff differ from those at the start\n${after}`);
  },
};
results.push(...(await runSteps([unchanged], 1, console.log)));

const failed = results.filter(({ state }) => state !== 'ok').map(({ name }) => name);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`\n${results.length - failed.length} of ${results.length} checks passed in ${seconds} s`);
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
