import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { atEnd } from './cleanup.js';
import { nodeOnCore } from './cores.js';

/**
 * @typedef {object} Server
 * @property {string} name
 * @property {string} url of its GraphQL endpoint
 * @property {number} pid
 * @property {() => Promise<void>} stop
 * @property {() => Promise<string>} explain whether it runs, and the last lines that it wrote
 * @property {number} startMs from being started to its first answer
 */

const longestStartMs = 60_000;
const endsWithinMs = 10_000;
const secrets = {
  JWT_SECRET: 'a secret for the benchmark only, of more than 32 bytes',
  DATA_KEY: 'a data key for the benchmark only, of more than 32 bytes',
};

/**
 * Starts a server in production, on a core of its own, and waits for its first answer.
 *
 * @param {import('./contestants.js').Contestant} contestant
 * @param {{ databaseUrl: string, nodeArgs?: string[], env?: Record<string, string>, core?: string }} options `env` beside
 *   what any server gets
 * @returns {Promise<Server>}
 */
export async function startServer(contestant, { databaseUrl, nodeArgs = [], env = {}, core }) {
  const { name, entry, nodeArgs: ownArgs = [] } = contestant;
  const folder = await mkdtemp(join(tmpdir(), 'stipend-bench-'));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const logPath = join(folder, 'log');
  const log = await open(logPath, 'w');
  const port = await freePort();
  const startedAt = performance.now();
  const [command, args] = nodeOnCore([...ownArgs, ...nodeArgs, entry], core);
  const child = spawn(command, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      ...secrets,
      ...env,
    },
    stdio: ['ignore', log.fd, log.fd],
  });
  await log.close();
  const stop = () => end(child);
  atEnd(stop);
  const url = `http://127.0.0.1:${port}/graphql`;
  if (!(await answers(child, url))) {
    throw new Error(`${name} does not start:\n${await readFile(logPath, 'utf8')}`);
  }
  const startMs = performance.now() - startedAt;
  const explain = async () => {
    const lines = (await readFile(logPath, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
    const state = hasEnded(child) ? `has ended (${child.signalCode ?? child.exitCode})` : 'runs';
    return `${name} ${state}. Its last lines:\n${lines}`;
  };
  return { name, url, pid: child.pid, stop, explain, startMs };
}

async function answers(child, url) {
  const deadline = performance.now() + longestStartMs;
  while (performance.now() < deadline && !hasEnded(child)) {
    try {
      const headers = { 'content-type': 'application/json' };
      await fetch(url, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
      return true;
    } catch {
      await delay(10);
    }
  }
  return false;
}

async function end(child) {
  if (hasEnded(child)) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endsWithinMs);
  await exited;
  clearTimeout(timer);
}

function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
