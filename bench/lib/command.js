import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { watchMemory } from './memory.js';
import { productRoot } from './product.js';

/**
 * Runs one of Stipend's commands to its end, as its `npm run` would.
 *
 * @param {string[]} words
 * @param {string} databaseUrl
 * @param {Record<string, string>} [env] beside what is usual
 * @returns {Promise<{ seconds: number, megabytes: number, output: string }>} how long it took, the most that it had resident,
 *   and what it printed
 */
export async function runCommand(words, databaseUrl, env = {}) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(productRoot, 'scripts', 'start.js'), ...words], {
    cwd: productRoot,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      JWT_SECRET: 'a secret for the benchmark only, of more than 32 bytes',
      DATA_KEY: 'a data key for the benchmark only, of more than 32 bytes',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const endWatch = watchMemory(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  // One that has ended but is not yet waited for has no memory.
  const megabytes = Math.max(...endWatch().samples.filter(Number.isFinite));
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${output.slice(-2000)}`);
  return { seconds: (performance.now() - startedAt) / 1000, megabytes, output };
}
