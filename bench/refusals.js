// What a refusal costs Stipend amid more requests than it takes, beside what node:http and node:net need to give the same
// answer and do nothing else: `npm run refusals`.

import { fileURLToPath } from 'node:url';
import { endAll } from './lib/cleanup.js';
import { cpuMicros, pinThisProcess } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { readNumbers } from './lib/numbers.js';
import { readyRequests, saturate } from './lib/offer.js';
import { buildProduct } from './lib/product.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { startServer } from './lib/servers.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { workloads } from './lib/workloads.js';

const connections = [64, 320, 1000];
const warmUpSeconds = 1;

async function main() {
  const { seconds, turns } = readNumbers('npm run refusals', {
    seconds: { of: 'how long each is measured in a turn', usually: 2, least: 1, most: 30 },
    turns: { of: 'how often all are measured', usually: 3, least: 1, most: 20 },
  });
  await buildProduct();
  await warnIfBusy();
  pinThisProcess();
  const database = await step('Filling a company', () => openFilledDatabase({ employees: 100 }));
  const target = await openStipend(database, { env: { MAX_REQUESTS: '1' } });
  const bare = (kind) =>
    startServer(
      { name: kind, entry: fileURLToPath(new URL(`peers/refusals/${kind}.js`, import.meta.url)) },
      { databaseUrl: '' },
    );
  const servers = { stipend: target.server, 'node:http': await bare('http'), 'node:net': await bare('net') };
  const [, w2] = workloads;
  const next = w2.requests(target, 1);
  const found = new Map();
  for (let turn = 1; turn <= turns; turn += 1) {
    for (const [name, server] of Object.entries(servers)) {
      for (const count of connections) {
        const micros = await step(`Turn ${turn}: ${name}, ${count}`, () =>
          measure(server, next, count, seconds),
        );
        const key = `${name} ${count}`;
        found.set(key, [...(found.get(key) ?? []), micros]);
      }
    }
  }
  const rows = Object.keys(servers).map((name) => [
    name,
    ...connections.map((count) => span(found.get(`${name} ${count}`))),
  ]);
  const head = ['CPU µs for a refusal, with connections:', ...connections.map(String)];
  console.log(`\n${table([head, ...rows])}`);
}

/** @returns the server's CPU for a refusal, in microseconds */
async function measure({ url, pid }, next, count, seconds) {
  const requests = readyRequests(url, next);
  await saturate(url, requests, { connections: count, seconds: warmUpSeconds });
  const before = cpuMicros(pid);
  const { refused, good, wrong, firstWrong } = await saturate(url, requests, { connections: count, seconds });
  if (wrong > 0) throw new Error(firstWrong);
  if (good > refused / 20) throw new Error(`${good} answers among ${refused} refusals: too many`);
  return (cpuMicros(pid) - before) / refused;
}

function span(micros) {
  const [least, most] = [Math.min(...micros), Math.max(...micros)].map((each) => each.toFixed(0));
  return least === most ? least : `${least} to ${most}`;
}

await runToEnd(main, endAll);
