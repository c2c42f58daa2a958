// Whether memory is flat over a million requests: `npm run soak`.

import { endAll } from './lib/cleanup.js';
import { pinThisProcess, residentMegabytes } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { load } from './lib/load.js';
import { growthOf, heapMegabytes, median } from './lib/memory.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { promisesTable, under } from './lib/promises.js';
import { table } from './lib/report.js';
import { freePort } from './lib/servers.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { workloads } from './lib/workloads.js';

const workload = workloads.find(({ id }) => id === 'W6');
const parts = 40;
const looksEachPart = 5;
const rowsOfTable = 20;
const mostGrowth = 1.1;
const endlessSeconds = 3600;

async function main() {
  const options = readNumbers('npm run soak', {
    requests: { of: 'how many', usually: 1_000_000, least: 4_000, most: 100_000_000 },
    connections: { of: 'that ask at the same time', usually: 16, least: 1, most: 400 },
    employees: { of: 'each has 100 payments', usually: 10_000, least: 100, most: 100_000 },
  });
  pinThisProcess();
  await buildProduct();
  const database = await step('Filling a company', () => openFilledDatabase(options));
  // The one thing that is not as shipped: how much of the heap is used is asked for there.
  const metricsPort = String(await freePort());
  const target = await openStipend(database, { env: { METRICS_PORT: metricsPort } });
  const { server } = target;
  const metricsUrl = `http://127.0.0.1:${metricsPort}/metrics`;
  const next = workload.requests(target, 1);
  const samples = [];
  for (let part = 0; part < parts; part += 1) {
    samples.push(await step(`Part ${part + 1} of ${parts}`, () => soak(server, metricsUrl, next, options)));
  }
  console.log(`\n${textOf(samples, options)}\n\n${promisesTable(findingsOf(samples))}`);
}

/** A part of the requests, and what memory was in use on the way: the middle of some looks. */
async function soak({ url, pid, explain }, metricsUrl, next, { requests, connections }) {
  const resident = [];
  const heap = [];
  let sum = 0;
  const startedAt = performance.now();
  for (let look = 0; look < looksEachPart; look += 1) {
    const most = Math.ceil(requests / parts / looksEachPart);
    try {
      sum += (await load(url, next, { connections, refused: false, seconds: endlessSeconds, most })).requests;
    } catch (error) {
      throw new Error(await explain(), { cause: error });
    }
    resident.push(residentMegabytes(pid));
    heap.push(await heapMegabytes(metricsUrl));
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return { requests: sum, perSecond: sum / seconds, resident: median(resident), heap: median(heap) };
}

function textOf(samples, { connections }) {
  const each = samples.length / rowsOfTable;
  let done = 0;
  const rows = samples.flatMap(({ requests, perSecond, resident, heap }, index) => {
    done += requests;
    if ((index + 1) % each !== 0) return [];
    return [[done, perSecond, resident, heap].map((number) => number.toFixed(0))];
  });
  return [
    `${workload.id} (${workload.title}), ${connections} connections.`,
    table([['requests', 'requests/s', 'resident MB', 'heap in use MB'], ...rows]).trimEnd(),
  ].join('\n\n');
}

function findingsOf(samples) {
  const growth = (figure) => growthOf(samples.map((sample) => sample[figure]));
  return [
    under('resident memory, last quarter beside the second', growth('resident'), mostGrowth, 'times'),
    under('heap in use, last quarter beside the second', growth('heap'), mostGrowth, 'times'),
  ];
}

await runToEnd(main, endAll);
