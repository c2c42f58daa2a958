// Where Stipend's microseconds go: `npm run profile -- --only W2,W4` prints self time by package, a table for each
// workload.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd, endAll } from './lib/cleanup.js';
import { cpuMicros, pinThisProcess } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { load } from './lib/load.js';
import { readOptions } from './lib/options.js';
import { buildProduct } from './lib/product.js';
import { profileTable, selfMicros } from './lib/profile-table.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { workloads } from './lib/workloads.js';

const known = { workloads: workloads.map(({ id }) => id), peers: ['stipend'] };

async function main() {
  const options = readOptions(['--peers', 'stipend', ...process.argv.slice(2)], known);
  pinThisProcess();
  await buildProduct();
  const database = await step('Filling a company', () => openFilledDatabase(options));
  for (const workload of workloads.filter(({ id }) => options.workloads.includes(id))) {
    console.log(await step(`Profiling ${workload.id}`, () => profile(workload, database, options)));
  }
}

/** A process for each workload: V8 writes a profile when its process ends. */
async function profile(workload, database, options) {
  const { cursors, seconds, turns, warmUp } = options;
  const { refused = false, connections = options.connections } = workload;
  const folder = mkdtempSync(join(tmpdir(), 'stipend-profile-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const nodeArgs = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', '250'];
  const target = await openStipend(database, { cursors, nodeArgs });
  const { url, pid, stop } = target.server;
  const next = workload.requests(target, 1);
  await load(url, next, { connections, refused, seconds: warmUp.seconds, most: warmUp.requests });
  const before = cpuMicros(pid);
  const { requests, seconds: taken } = await load(url, next, {
    connections,
    refused,
    seconds: seconds * turns,
  });
  const perRequest = (cpuMicros(pid) - before) / requests;
  await stop();
  const [file] = readdirSync(folder);
  const self = selfMicros(JSON.parse(readFileSync(join(folder, file), 'utf8')), taken);
  return profileTable(workload, self, { requests, perRequest });
}

await runToEnd(main, endAll);
