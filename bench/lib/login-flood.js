import { loginBody } from './client.js';
import { accounts } from './database.js';
import { offer, percentileMs, readyRequests } from './offer.js';
import { atLeast, under } from './promises.js';
import { table } from './report.js';
import { step } from './step.js';
import { openStipend } from './targets.js';
import { requestBytes } from './wire.js';
import { workloads } from './workloads.js';

const readers = { rate: 200, connections: 16 };
const floodConnections = 200;
const warmUpSeconds = 4;
const mostMs = 50;

/**
 * Readers beside a flood of wrong logins: from one client, which soon has to wait, and from as many clients as there are
 * logins, each of which may try. A trusted proxy, which this process plays, says where each comes from.
 *
 * @param {import('./database.js').Database} database
 * @param {{ seconds: number, logins: number }} options
 * @returns {Promise<{ text: string, findings: import('./promises.js').Finding[] }>}
 */
export async function measureLogins(database, { seconds, logins }) {
  const target = await openStipend(database, { env: { TRUSTED_PROXIES: '127.0.0.1' } });
  const { url } = target.server;
  const [, w2] = workloads;
  const requests = readyRequests(url, w2.requests(target, 1));
  const read = () => offer(url, requests, { ...readers, seconds });
  const beside = async (addressOf) => {
    const outcomes = new Map();
    const flood = floodOf(url, { logins, seconds, addressOf, outcomes });
    const reads = await read();
    await flood;
    return { reads, outcomes };
  };
  await offer(url, requests, { ...readers, rate: 1000, seconds: warmUpSeconds });
  const alone = { reads: await step('Readers alone', read), outcomes: new Map() };
  const one = await step('Logins from one client', () => beside(() => '203.0.113.7'));
  const many = await step('Logins from many', () => beside(nthAddress));
  const found = { alone, 'one client': one, 'many clients': many };
  return {
    text: `${readers.rate} reads a second (${w2.id}) beside ${logins} wrong logins a second.\n\n${readsTable(found)}`,
    findings: Object.entries(found).flatMap(
      ([
        name,
        {
          reads: { all },
        },
      ]) => [
        under(`reads, ${name}: p99`, percentileMs(all.goodMicros, 99), mostMs, 'ms'),
        atLeast(`reads, ${name}: answered with data`, (100 * all.good) / all.due, 100, '%'),
      ],
    ),
  };
}

const nthAddress = (n) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

async function floodOf(url, { logins, seconds, addressOf, outcomes }) {
  const count = logins * seconds;
  const requests = Array.from({ length: count }, (_, n) => {
    // Now and then an account that exists, else one that might.
    const name = n % 10 === 0 ? accounts.viewer : `person${n}`;
    const body = JSON.stringify(loginBody(name, `a password that is wrong ${n}`));
    return requestBytes(url, { body, headers: { 'x-forwarded-for': addressOf(n) } });
  });
  const tally = (_, { status, body }) => {
    const [, code = String(status)] = /"code":"([A-Z_]+)"/.exec(body) ?? [];
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
  };
  return offer(url, requests, { rate: logins, connections: floodConnections, seconds, tally });
}

function readsTable(found) {
  const rows = Object.entries(found).map(([name, { reads, outcomes }]) => [
    name,
    percentileMs(reads.all.goodMicros, 50).toFixed(1),
    percentileMs(reads.all.goodMicros, 99).toFixed(1),
    (reads.all.goodMicros.max / 1000 || 0).toFixed(1),
    String(reads.all.due - reads.all.good),
    Array.from(outcomes, ([code, count]) => `${count} ${code}`).join(', ') || '–',
  ]);
  return table([['', 'reads p50 ms', 'p99', 'max', 'not answered', 'logins'], ...rows]).trimEnd();
}
