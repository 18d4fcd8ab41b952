import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/packages.ts'],
    setupFiles: ['src/base/linear.setup.ts'],
    // Of two processors both: tests with real services have names, ports and folders of their own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
