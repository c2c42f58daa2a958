// `npm test`: generates what the sources import, builds what the process tests run, then runs vitest.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BuildError, buildIfNeeded } from './build.js';

try {
  await buildIfNeeded((message) => console.log(`${message} …`));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`stipend: ${error.message}`);
  process.exit(1);
}
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], { stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
