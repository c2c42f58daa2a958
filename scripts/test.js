// `npm test`: generates what the sources import, builds what the process tests run, then runs vitest.

import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BuildError, buildIfNeeded } from './build.js';

/** What a run writes, at most: databases, and copies of the project with its packages. */
const roomBytes = 4 * 1024 ** 3;

try {
  await buildIfNeeded((message) => console.log(`${message} …`));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`stipend: ${error.message}`);
  process.exit(1);
}
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const folder = mkdtempSync(join(temporaryFolder(), 'stipend-tests-'));
chmodSync(folder, 0o1777); // as /tmp is: some tests run programs as another user
const child = spawn(process.execPath, [vitest, 'run', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TMPDIR: folder },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});

/** In memory where Linux has room for it: each test file has a database of its own, of some 450 files. */
function temporaryFolder() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= roomBytes ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}
