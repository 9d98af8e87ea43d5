/** Runs before the program. Node calls the hook for everything that is imported or required, from wherever. */
const hook = `
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    process.stderr.write('module ' + url + '\\n');
    return next(url, context);
  },
});
`;

/** Makes a process say on stderr which modules it loads: `module URL`, one in a line. */
export const watchModules = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
