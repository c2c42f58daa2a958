// What a second process on a second core adds: `npm run scaling`.

import { availableParallelism } from 'node:os';
import { endAll } from './lib/cleanup.js';
import { cpuMicros, pinThisProcess } from './lib/cores.js';
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

const measured = workloads.filter(({ id }) => ['W1', 'W2'].includes(id));
const warmUp = { seconds: 15, most: 6000 };
/** Two for Stipend, one for PostgreSQL, one for this process: with fewer, what is served says little of Stipend. */
const enoughCores = 4;
const cores = availableParallelism();
const closeToTwice = 1.8;

async function main() {
  const options = readNumbers('npm run scaling', {
    connections: { of: 'to each process', usually: 16, least: 1, most: 400 },
    turns: { of: 'how often each is measured', usually: 3, least: 1, most: 100 },
    seconds: { of: 'how long each time', usually: 4, least: 1, most: 600 },
    employees: { of: 'each has 100 payments', usually: 1000, least: 100, most: 100_000 },
  });
  if (cores >= enoughCores) pinThisProcess(`2-${cores - 1}`);
  await buildProduct();
  await warnIfBusy();
  const database = await step('Filling a company', () => openFilledDatabase(options));
  const first = await openStipend(database, { core: '0' });
  const second = await openStipend(database, { core: '1' });
  const findings = [];
  for (const workload of measured) {
    const found = await step(`Measuring ${workload.id}`, () => scale(workload, [first, second], options));
    console.log(`\n**${workload.id}** ${workload.title}\n\n${scalingTable(found)}`);
    findings.push(...findingsOf(workload, found));
  }
  console.log(promisesTable(findings));
}

/**
 * @typedef {object} Sum of what processes did, each alone or both at the same time
 * @property {number} perSecond requests of all of them
 * @property {number[]} cpuMicros of each process, per request
 */

/** @returns {Promise<{ alone: Sum[], both: Sum[] }>} one for each turn */
async function scale(workload, targets, options) {
  const runs = targets.map((target, index) => ({
    server: target.server,
    next: workload.requests(target, index + 1),
  }));
  for (const { server, next } of runs)
    await load(server.url, next, { ...options, ...warmUp, refused: false });
  const found = { alone: [], both: [] };
  for (let turn = 0; turn < options.turns; turn += 1) {
    for (const run of runs) found.alone.push(await loadAll([run], options));
    found.both.push(await loadAll(runs, options));
  }
  return found;
}

async function loadAll(runs, { connections, seconds }) {
  const each = await Promise.all(
    runs.map(async ({ server, next }) => {
      const before = cpuMicros(server.pid);
      const { requests, seconds: taken } = await load(server.url, next, {
        connections,
        seconds,
        refused: false,
      });
      return { perSecond: requests / taken, cpuMicros: (cpuMicros(server.pid) - before) / requests };
    }),
  );
  return {
    perSecond: each.reduce((sum, { perSecond }) => sum + perSecond, 0),
    cpuMicros: each.map((one) => one.cpuMicros),
  };
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
const cpu = (turns) => mean(turns.flatMap((turn) => turn.cpuMicros));
const served = (turns) => mean(turns.map(({ perSecond }) => perSecond));
/** What processes could serve, each with a core for itself. */
const capacity = (turns, processes) => (processes * 1e6) / cpu(turns);

function scalingTable({ alone, both }) {
  const row = (name, turns, processes) => [
    name,
    ...[cpu(turns), capacity(turns, processes), served(turns)].map((number) => number.toFixed(0)),
  ];
  const head = ['', 'CPU µs', 'capacity/s', `served/s, ${cores} cores for all`];
  return table([head, row('one process', alone, 1), row('two processes', both, 2)]);
}

function findingsOf({ id }, { alone, both }) {
  const findings = [
    atLeast(
      `${id}: capacity of two beside one`,
      capacity(both, 2) / capacity(alone, 1),
      closeToTwice,
      'times',
    ),
  ];
  if (cores >= enoughCores) {
    findings.push(
      atLeast(`${id}: served by two beside one`, served(both) / served(alone), closeToTwice, 'times'),
    );
  }
  return findings;
}

await runToEnd(main, endAll);
