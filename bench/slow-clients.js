// An honest client beside hundreds that send a byte now and then: `npm run slow-clients`.

import { endAll } from './lib/cleanup.js';
import { cpuMicros, pinThisProcess } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { median, watchMemory } from './lib/memory.js';
import { readNumbers } from './lib/numbers.js';
import { offer, percentileMs, readyRequests } from './lib/offer.js';
import { buildProduct } from './lib/product.js';
import { never, promisesTable, under } from './lib/promises.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { trickle } from './lib/trickle.js';
import { workloads } from './lib/workloads.js';

const warmUp = { rate: 1000, connections: 8, seconds: 6 };
/** For how long the slow clients are there already: each is to be cut off, and to come back, while the honest one is looked at. */
const settleSeconds = 12;

async function main() {
  const options = readNumbers('npm run slow-clients', {
    slow: { of: 'clients of each kind', usually: 300, least: 1, most: 900 },
    every: { of: 'milliseconds between two bytes of one', usually: 200, least: 20, most: 5000 },
    come: { of: 'seconds within which all of them come', usually: 10, least: 1, most: 12 },
    rate: { of: 'honest requests a second', usually: 300, least: 10, most: 2000 },
    connections: { of: 'of the honest client', usually: 8, least: 1, most: 64 },
    turns: { of: 'alone and beside', usually: 3, least: 1, most: 20 },
    seconds: { of: 'how long each time', usually: 10, least: 2, most: 120 },
    employees: { of: 'each has 100 payments', usually: 1000, least: 100, most: 100_000 },
  });
  pinThisProcess();
  await buildProduct();
  await warnIfBusy();
  const database = await step('Filling a company', () => openFilledDatabase(options));
  const { server, ...target } = await openStipend(database);
  const [, w2] = workloads;
  const requests = readyRequests(server.url, w2.requests({ server, ...target }, 1));
  await step('Warming up', () => offer(server.url, requests, warmUp));
  const turns = [];
  for (let turn = 0; turn < options.turns; turn += 1) {
    turns.push(await step(`Turn ${turn + 1}`, () => measureTurn(server, requests, options)));
  }
  console.log(`\n${textOf(turns, options)}\n\n${promisesTable(findingsOf(turns))}`);
}

async function measureTurn(server, requests, options) {
  const alone = await measureHonest(server, requests, options);
  const endings = ['headers', 'body'].map((part) =>
    trickle(server.url, part, {
      clients: options.slow,
      everyMs: options.every,
      comeWithinSeconds: options.come,
    }),
  );
  await offer(server.url, requests, { ...options, seconds: settleSeconds });
  const beside = await measureHonest(server, requests, options);
  const [headers, body] = endings.map((end) => end());
  return { alone, beside, headers, body };
}

async function measureHonest({ url, pid }, requests, options) {
  const endWatch = watchMemory(pid);
  const before = cpuMicros(pid);
  const { all, windows, seconds } = await offer(url, requests, options);
  const cpuShare = (cpuMicros(pid) - before) / (seconds * 1e6);
  return { ...all, windows, cpuShare, megabytes: endWatch().most };
}

const middle = (turns, who, figure) => median(turns.map((turn) => figure(turn[who])));

/** Of the p99 of every half second the one in the middle: what disturbs the machine now and then does not move it. */
function usualP99(turns, who) {
  return median(turns.flatMap((turn) => turn[who].windows).map(p99));
}

const p50 = ({ goodMicros }) => percentileMs(goodMicros, 50);
const p99 = ({ goodMicros }) => percentileMs(goodMicros, 99);

function textOf(turns, { slow, every, rate }) {
  const rows = ['alone', 'beside'].map((who) => [
    who,
    middle(turns, who, p50).toFixed(2),
    usualP99(turns, who).toFixed(2),
    turns.map((turn) => p99(turn[who]).toFixed(2)).join(', '),
    `${(100 * middle(turns, who, ({ cpuShare }) => cpuShare)).toFixed(0)} %`,
    middle(turns, who, ({ megabytes }) => megabytes).toFixed(0),
  ]);
  const slowRows = ['headers', 'body'].map((part) => [
    part,
    turns.map((turn) => turn[part].held).join(', '),
    turns.map((turn) => turn[part].cut).join(', '),
    (Math.max(...turns.map((turn) => turn[part].longestMs)) / 1000).toFixed(1),
  ]);
  return [
    `${rate} honest requests a second (W2), alone and beside ${slow} slow heads and ${slow} slow bodies, a byte each ${every} ms.`,
    table([
      ['honest', 'p50 ms', 'usual p99 ms', 'p99 of each turn', "server's CPU", 'memory MB'],
      ...rows,
    ]).trimEnd(),
    table([['slow', 'held at the end', 'cut off', 'held at most, s'], ...slowRows]).trimEnd(),
  ].join('\n\n');
}

function findingsOf(turns) {
  const asked = (who) => turns.reduce((sum, turn) => sum + turn[who].due, 0);
  const good = (who) => turns.reduce((sum, turn) => sum + turn[who].good, 0);
  return [
    under(
      "the honest client's usual p99, of its own alone",
      usualP99(turns, 'beside') / usualP99(turns, 'alone'),
      2,
      'times',
    ),
    never('an honest request without its data', asked('beside') - good('beside')),
  ];
}

await runToEnd(main, endAll);
