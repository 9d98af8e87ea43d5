import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,bench,docs,packages,scripts,templates}/**/test/**/*.test.ts'],
    globalSetup: ['./scripts/backends/src/global-setup.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.cache/**'],
  },
});
