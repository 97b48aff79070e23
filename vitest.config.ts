import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Integration tests start whole servers, at times on a machine that has others to serve; a unit test that takes
    // this long is broken anyway.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Processes, not threads: tests that signal, change the environment or crash must not take others along.
    pool: 'forks',
    // The servers under test do most of the work outside these processes, so one for each core is the limit.
    maxWorkers: 4,
    reporters: ['default'],
  },
});
