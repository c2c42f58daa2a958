import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

const { exclude: _, ...test } = base.test ?? {};

export default defineConfig({
  ...base,
  // One at a time: each measures what a server does under an attack.
  test: { ...test, include: ['test/abuse/**/*.test.ts'], maxWorkers: 1, testTimeout: 120_000 },
});
