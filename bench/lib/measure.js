import { createHistogram } from 'node:perf_hooks';
import { cpuMicros, residentMegabytes } from './cores.js';
import { load } from './load.js';

/**
 * @typedef {object} Figures of one server on one workload
 * @property {number} requestsPerSecond
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} cpuMicros of the server, per request
 * @property {number[]} turns the same, of each turn
 * @property {number} databaseCpuMicros per request
 * @property {number[]} databaseTurns the same, of each turn
 * @property {number} residentMegabytes the most that was seen
 */

/**
 * Measures each server on a workload, in turns: what disturbs the machine for a while disturbs all of them.
 *
 * @param {import('./workloads.js').Workload} workload
 * @param {import('./targets.js').Target[]} targets
 * @param {import('./options.js').Options} options
 * @returns {Promise<Map<string, Figures>>} by the server's name
 */
export async function measure(workload, targets, options) {
  const { turns, seconds, warmUp } = options;
  const { refused = false, connections = options.connections } = workload;
  const loadOne = async ({ url, explain }, next, amount) => {
    try {
      return await load(url, next, { connections, refused, ...amount });
    } catch (error) {
      throw new Error(await explain(), { cause: error });
    }
  };
  const runs = targets.map((target, index) => ({
    server: target.server,
    database: target.database,
    next: workload.requests(target, index + 1),
    sum: emptySum(),
  }));
  for (const { server, next } of runs) {
    await loadOne(server, next, { seconds: warmUp.seconds, most: warmUp.requests });
  }
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { server, database, next, sum } of runs) {
      const before = { server: cpuMicros(server.pid), database: database.cpuMicros() };
      const { requests, seconds: taken, latencies } = await loadOne(server, next, { seconds });
      sum.requests += requests;
      sum.seconds += taken;
      const used = cpuMicros(server.pid) - before.server;
      sum.cpuMicros += used;
      sum.turns.push(used / requests);
      const databaseUsed = database.cpuMicros() - before.database;
      sum.databaseCpuMicros += databaseUsed;
      sum.databaseTurns.push(databaseUsed / requests);
      sum.residentMegabytes = Math.max(sum.residentMegabytes, residentMegabytes(server.pid));
      sum.latencies.add(latencies);
    }
  }
  return new Map(runs.map(({ server, sum }) => [server.name, figuresOf(sum)]));
}

function emptySum() {
  return {
    requests: 0,
    seconds: 0,
    cpuMicros: 0,
    turns: [],
    databaseCpuMicros: 0,
    databaseTurns: [],
    residentMegabytes: 0,
    latencies: createHistogram(),
  };
}

/** @returns {Figures} */
function figuresOf({ requests, seconds, cpuMicros, databaseCpuMicros, latencies, ...rest }) {
  return {
    ...rest,
    requestsPerSecond: requests / seconds,
    p50Ms: latencies.percentile(50) / 1000,
    p99Ms: latencies.percentile(99) / 1000,
    cpuMicros: cpuMicros / requests,
    databaseCpuMicros: databaseCpuMicros / requests,
  };
}
