import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

const { exclude: _, ...test } = base.test ?? {};

// What Stipend meets where it runs: poolers, proxies, other servers. Needs PgBouncer, haproxy, nginx, PostgreSQL 15 and
// faketime, which .ci/run installs.
export default defineConfig({
  ...base,
  test: { ...test, include: ['test/places/**/*.test.ts'], maxWorkers: 2, testTimeout: 90_000 },
});
