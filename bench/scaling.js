// What a second process on a second core adds: `npm run scaling`.

import { endAll } from './lib/cleanup.js';
import { pinThisProcess } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { load } from './lib/load.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { atLeast, promisesTable } from './lib/promises.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { workloads } from './lib/workloads.js';

/** On W1 it is the load generator that a second core does not help: it is one process. */
const measured = workloads.filter(({ id }) => ['W2', 'W6'].includes(id));
const warmUp = { seconds: 15, most: 6000 };
const closeToTwice = 1.8;

async function main() {
  const options = readNumbers('npm run scaling', {
    connections: { of: 'to each process', usually: 16, least: 1, most: 400 },
    turns: { of: 'how often each is measured', usually: 3, least: 1, most: 100 },
    seconds: { of: 'how long each time', usually: 4, least: 1, most: 600 },
    employees: { of: 'each has 100 payments', usually: 1000, least: 100, most: 100_000 },
  });
  await buildProduct();
  await warnIfBusy();
  const database = await step('Filling a company', () => openFilledDatabase(options));
  const first = await openStipend(database, { core: '0' });
  const second = await openStipend(database, { core: '1' });
  const findings = [];
  for (const workload of measured) {
    const found = await step(`Measuring ${workload.id}`, () => scale(workload, [first, second], options));
    console.log(`\n**${workload.id}** ${workload.title}\n\n${scalingTable(found)}`);
    findings.push(atLeast(`${workload.id}: served by two beside one`, ratio(found), closeToTwice, 'times'));
  }
  console.log(promisesTable(findings));
}

/**
 * One process, PostgreSQL and the load generator on one core, the first and the second in turn; then two processes and all
 * else on both.
 *
 * @returns {Promise<{ one: number[], two: number[] }>} requests per second, in each turn
 */
async function scale(workload, targets, options) {
  const runs = targets.map((target, index) => ({
    target,
    core: String(index),
    next: workload.requests(target, index + 1),
  }));
  const served = async (busy, extent) => {
    const cores = busy.map(({ core }) => core).join(',');
    pinThisProcess(cores);
    busy[0].target.database.moveTo(cores);
    const each = await Promise.all(
      busy.map(({ target, next }) =>
        load(target.server.url, next, { ...options, ...extent, refused: false }),
      ),
    );
    return each.reduce((sum, { requests, seconds }) => sum + requests / seconds, 0);
  };
  for (const run of runs) await served([run], warmUp);
  const found = { one: [], two: [] };
  for (let turn = 0; turn < options.turns; turn += 1) {
    for (const run of runs) found.one.push(await served([run]));
    found.two.push(await served(runs));
  }
  return found;
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const ratio = ({ one, two }) => mean(two) / mean(one);

function scalingTable({ one, two }) {
  return table([
    ['', 'served/s'],
    ['one process, one core for all', mean(one).toFixed(0)],
    ['two processes, two cores for all', mean(two).toFixed(0)],
  ]);
}

await runToEnd(main, endAll);
