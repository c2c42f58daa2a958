import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

const { exclude: _, ...test } = base.test ?? {};

// What a process does from its start to its end, and the PostgreSQL that comes along: each test starts programs of its own.
export default defineConfig({
  ...base,
  test: { ...test, include: ['test/embedded-postgres/**/*.test.ts', 'test/start/**/*.test.ts'] },
});
