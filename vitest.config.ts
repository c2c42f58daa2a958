import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // As in production: the very graphql that Apollo loads, where vite would load its ES modules beside that one.
  resolve: { alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    // Runs of their own: abuse, faults and starts take their time, places need programs of Debian, and browser needs a browser.
    exclude: ['abuse', 'browser', 'embedded-postgres', 'faults', 'places', 'start'].map(
      (folder) => `test/${folder}/**`,
    ),
    globalSetup: 'test/global-setup.ts',
    // Each file has a database of its own; there are two cores in CI, and tests wait for the database now and then.
    maxWorkers: 3,
    // Files share nothing but modules, which then load once for a worker and not once for a file.
    isolate: false,
    // Of tests of one file that say so, most of which wait for a time to pass.
    maxConcurrency: 12,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    allowOnly: false,
    passWithNoTests: false,
  },
});
