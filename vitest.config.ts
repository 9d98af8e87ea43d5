import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Tests wait for servers more than they compute, so even two cores serve two workers.
    // Many start processes, on machines that do other things as well.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: Math.max(2, availableParallelism() - 1),
    include: ['{apps,bench,docs,packages,scripts,templates}/**/test/**/*.test.ts'],
    globalSetup: ['./scripts/backends/src/global-setup.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.cache/**'],
  },
});
