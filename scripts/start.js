// `npm start`: builds what is not built yet, then runs the server in this very process, so that signals reach it.

import { isatty } from 'node:tty';
import { BuildError, buildIfNeeded } from './build.js';

const parent = process.ppid;
// With nohup there is no terminal, whose end ends npm, and must not end the server: see main.ts.
let outlivesTerminal = false;
if (![0, 1, 2].some((descriptor) => isatty(descriptor))) {
  process.on('SIGHUP', () => {
    outlivesTerminal = true;
  });
}
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`stipend: Node ${process.versions.node} is too old. Install 20.19 or newer.`);
  process.exit(1);
}
try {
  await buildIfNeeded((message) => process.stdout.isTTY && process.stdout.write(`${message} …\n`));
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`stipend: ${error.message}`);
  process.exit(1);
}
// An npm that was killed during the build can't be missed by main.js, which never saw it.
if (!outlivesTerminal && process.env.npm_lifecycle_event !== undefined && process.ppid !== parent)
  process.exit(1);
await import('../dist/main.js');
