import { defineConfig } from 'vitest/config';
import base from './vitest.config.js';

const { exclude: _, ...test } = base.test ?? {};

/** Tests in a real browser: Debian's Chromium, or the one that CHROMIUM names. */
export default defineConfig({
  ...base,
  test: { ...test, include: ['test/browser/**/*.test.ts'], maxWorkers: 1, testTimeout: 60_000 },
});
