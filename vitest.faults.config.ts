import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

const { exclude: _, ...test } = base.test ?? {};

export default defineConfig({
  ...base,
  test: { ...test, include: ['test/faults/**/*.test.ts'], maxWorkers: 2 },
});
