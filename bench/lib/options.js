import { parseArgs } from 'node:util';
import { wholeNumber } from './numbers.js';

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {string[]} workloads ids of those to measure
 * @property {string[]} peers names of the servers to measure
 * @property {number} connections
 * @property {number} employees
 * @property {number} turns how often each server is measured on each workload
 * @property {number} seconds how long each time
 * @property {{ requests: number, seconds: number }} warmUp what comes before the first time, whichever ends it sooner
 * @property {{ employees: number, pages: number }} cursors how many are taken
 * @property {string | undefined} json file to write the figures to
 * @property {boolean} growth whether Stipend is measured beside itself with a hundredth of the payments
 * @property {boolean} record whether README.md is given the table
 */

const usage = `npm run bench -- [options]
  --quick              1,000 employees with 100,000 payments, few peers, short turns: under two minutes
  --only W2,W4         these workloads only
  --peers limit,usual  these servers only
  --connections 64     connections that ask at the same time (16)
  --turns 3            how often each server is measured on each workload
  --seconds 4          how long each time
  --employees 10000    each has 100 payments
  --json FILE          write the figures there
  --growth             Stipend alone, W2, W3 and W4, with a hundredth of the payments and with all of them
  --before FOLDER      measures another checkout of Stipend, built, in turns with this one
  --record             put the table into README.md`;

const quickPeers = ['limit', 'stipend', 'usual'];

/**
 * @param {string[]} args
 * @param {{ workloads: string[], peers: string[] }} known
 * @returns {Options}
 */
export function readOptions(args, known) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      peers: { type: 'string' },
      connections: { type: 'string', default: '16' },
      turns: { type: 'string' },
      seconds: { type: 'string' },
      employees: { type: 'string' },
      json: { type: 'string' },
      growth: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      before: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const { quick } = values;
  return {
    quick,
    workloads: chosen('--only', values.only, known.workloads) ?? known.workloads,
    peers: chosen('--peers', values.peers, known.peers) ?? defaultPeers(values, known.peers),
    connections: wholeNumber('--connections', values.connections, 1, 1000),
    employees: wholeNumber('--employees', values.employees ?? (quick ? '1000' : '10000'), 100, 100_000),
    turns: wholeNumber('--turns', values.turns ?? (quick ? '2' : '3'), 1, 100),
    seconds: wholeNumber('--seconds', values.seconds ?? (quick ? '1' : '4'), 1, 600),
    warmUp: quick ? { requests: 4000, seconds: 10 } : { requests: 8000, seconds: 15 },
    cursors: quick ? { employees: 100, pages: 20 } : { employees: 500, pages: 100 },
    json: values.json,
    growth: values.growth,
    record: values.record,
  };
}

function defaultPeers({ quick, before }, known) {
  if (before !== undefined) return ['stipend', 'before'];
  return quick ? quickPeers : known;
}

/** Keeps the order in which they are known. */
function chosen(option, text, known) {
  if (text === undefined) return undefined;
  const wanted = text.split(',');
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`${option}: there is no ${unknown}. There are: ${known}.`);
  return known.filter((name) => wanted.includes(name));
}
