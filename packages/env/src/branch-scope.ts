import { AsyncLocalStorage } from 'node:async_hooks';

/** The environment whose branch is being built, also after an `await` in it. */
export const branchScope = new AsyncLocalStorage<string>();
