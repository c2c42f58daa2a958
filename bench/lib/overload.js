import { createHistogram } from 'node:perf_hooks';
import { residentMegabytes } from './cores.js';
import { growthOf, watchMemory } from './memory.js';
import { offer, percentileMs, readyRequests, saturate } from './offer.js';
import { atLeast, never, under } from './promises.js';
import { table } from './report.js';
import { step } from './step.js';
import { openStipend } from './targets.js';
import { workloads } from './workloads.js';

const risingConnections = [8, 16, 32, 64, 128];
const peakSeconds = 2;
const warmUpSeconds = 4;
const calm = { connections: 64, seconds: 5 };
const recoverySeconds = 8;
/** So many that a payment's key comes again as good as never. */
const differentRequests = 100_000;
const recoversWithinSeconds = 5;
const mostMegabytes = 300;
const mostGrowth = 1.15;

/**
 * @param {import('./database.js').Database} database
 * @param {{ times: number, seconds: number, connections: number, eager: number, workload: number }} options
 * @returns {Promise<{ text: string, findings: import('./promises.js').Finding[] }>}
 */
export async function measureOverload(database, { times, seconds, connections, eager, workload: number }) {
  const target = await openStipend(database);
  const { url, pid, stop } = target.server;
  const workload = workloads.find(({ id }) => id === `W${number}`);
  const requests = readyRequests(url, workload.requests(target, 1), differentRequests);
  const peak = await step('Finding the peak', () => findPeak(url, requests));
  const half = { ...calm, rate: peak / 2 };
  const before = await step('At half of the peak', () => offer(url, requests, half));
  const endWatch = watchMemory(pid);
  const amid = await step(`At ${times} times the peak`, () =>
    offer(url, requests, { rate: peak * times, connections, seconds, impatient: true }),
  );
  const memory = endWatch();
  const after = await step('At half of the peak again', () =>
    offer(url, requests, { ...half, seconds: recoverySeconds }),
  );
  const left = residentMegabytes(pid);
  const again = await step(`${eager} connections that ask again at once`, () =>
    askAgain(url, requests, { connections: eager, seconds }),
  );
  await stop();
  return {
    text: [
      `${workload.id} ${workload.title}: the peak is ${peak.toFixed(0)} requests/s.`,
      offersTable({ before, amid, after, again }),
      ...[amid, again].flatMap(({ all }) =>
        all.firstWrong ? [`The first wrong answer: ${all.firstWrong}`] : [],
      ),
    ].join('\n\n'),
    findings: [
      ...findingsOf({ peak, before, amid, after }),
      ...memoryFindings(memory, left),
      ...answersFindings('asked again', peak, again),
    ],
  };
}

/** @returns {Promise<number>} answers a second, with as many connections as it serves most with */
async function findPeak(url, requests) {
  await saturate(url, requests, { connections: 16, seconds: warmUpSeconds });
  const rates = [];
  for (const connections of risingConnections) {
    const { good, wrong, firstWrong } = await saturate(url, requests, { connections, seconds: peakSeconds });
    if (wrong > 0) throw new Error(`With ${connections} connections: ${firstWrong}`);
    rates.push(good / peakSeconds);
  }
  return Math.max(...rates);
}

/**
 * Clients that come all at once, and know no `Retry-After`: each asks again as soon as it is answered.
 *
 * @returns {Promise<import('./offer.js').Offer>}
 */
async function askAgain(url, requests, { connections, seconds }) {
  const all = await saturate(url, requests, { connections, seconds });
  return { all, goodInTime: all.good, windows: [], seconds, lateMicros: createHistogram() };
}

/** @param {Record<string, import('./offer.js').Offer>} offers */
function offersTable(offers) {
  const head = [
    '',
    'due/s',
    'sent/s',
    'good/s',
    '503/s',
    'wrong',
    'good p50 ms',
    'p99',
    '503 p50',
    'p99',
    'own p99',
  ];
  const rows = Object.entries(offers).map(([name, { all, goodInTime, seconds, lateMicros }]) => [
    name,
    ...[all.due, all.due - all.unsent, goodInTime, all.refused].map((count) => (count / seconds).toFixed(0)),
    String(all.wrong),
    ...[all.goodMicros, all.refusedMicros].flatMap((micros) => [
      percentileMs(micros, 50).toFixed(1),
      percentileMs(micros, 99).toFixed(1),
    ]),
    percentileMs(lateMicros, 99).toFixed(1),
  ]);
  return table([head, ...rows]).trimEnd();
}

function findingsOf({ peak, before, amid, after }) {
  return [
    ...answersFindings('amid', peak, amid),
    under('normal again after', secondsToNormal(before, after), recoversWithinSeconds, 's'),
  ];
}

function answersFindings(when, peak, { all, goodInTime, seconds }) {
  return [
    atLeast(`${when}: goodput, of the peak`, (100 * goodInTime) / seconds / peak, 80, '%'),
    under(`${when}: refusals, p50`, percentileMs(all.refusedMicros, 50), 50, 'ms'),
    under(`${when}: refusals, p99`, percentileMs(all.refusedMicros, 99), 50, 'ms'),
    never(`${when}: neither data nor 503 with Retry-After and SERVICE_UNAVAILABLE`, all.wrong),
  ];
}

/** Two windows in a row are normal when all is answered with data, about as fast as before. */
function secondsToNormal(before, { windows, seconds }) {
  const boundMs = 2 * percentileMs(before.all.goodMicros, 99) + 5;
  const normal = windows.map(
    ({ due, good, goodMicros }) => good === due && percentileMs(goodMicros, 99) < boundMs,
  );
  const first = normal.findIndex((is, index) => is && normal[index + 1] === true);
  return first < 0 ? Number.POSITIVE_INFINITY : (first * seconds) / windows.length;
}

function memoryFindings({ first, most, last, samples }, after) {
  const course = [first, most, last, after].map((megabytes) => megabytes.toFixed(0)).join(', ');
  return [
    {
      promise: 'resident memory: before, most, at the end, after',
      bound: `< ${mostMegabytes} MB`,
      found: `${course} MB`,
      kept: most < mostMegabytes,
    },
    under('growth of it, last quarter beside the second', growthOf(samples), mostGrowth, 'times'),
  ];
}
