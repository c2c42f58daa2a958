// What the chain of the audit log costs, and how long it takes to verify: `npm run audit`.

import { endAll } from './lib/cleanup.js';
import { runCommand } from './lib/command.js';
import { cpuMicros } from './lib/cores.js';
import { openFilledDatabase } from './lib/database.js';
import { load } from './lib/load.js';
import { median } from './lib/memory.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { atLeast, promisesTable, under } from './lib/promises.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { workloads } from './lib/workloads.js';

const employees = 1_000;
const connections = 16;
const entriesAtOnce = 100_000;
const verifyWithinSeconds = 30;
const leastThroughput = 0.9;
const payments = workloads.find(({ id }) => id === 'W5');

/** What notes and chains new entries, and what does neither. The second is here only: nothing of Stipend's turns it off. */
const chaining = {
  on: 'ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_await_chaining',
  off: 'ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_await_chaining',
};

async function main() {
  const options = readNumbers('npm run audit', {
    entries: { of: 'how many are verified', usually: 1_000_000, least: 1_000, most: 10_000_000 },
    times: { of: 'how often', usually: 3, least: 1, most: 100 },
    pairs: { of: 'of turns with and without chaining', usually: 6, least: 1, most: 100 },
    seconds: { of: 'each turn', usually: 5, least: 1, most: 600 },
  });
  await buildProduct();
  await warnIfBusy();
  const database = await step('Filling a company', () => openFilledDatabase({ employees }));
  const target = await openStipend(database);
  const pairs = await step('Paying with and without chaining', () => measurePairs(target, options));
  console.log(pairsTable(pairs));
  const throughput = median(pairs.map(({ on, off }) => on.perSecond / off.perSecond));
  await target.server.stop();

  const chained = await step(`Writing ${options.entries} entries`, () => fillChain(database, options));
  const runs = [];
  for (let time = 0; time < options.times; time += 1) {
    runs.push(await step('Verifying', () => runCommand(['audit', 'verify'], database.urlFor(), verifyEnv)));
  }
  const [{ count }] = await database.sql('SELECT count(*)::int FROM audit_chain');
  console.log(
    `\n${count} entries, chained at ${chained.toFixed(0)} a second; PostgreSQL ${database.version}.\n`,
  );
  console.log(
    table([
      ['verified', 'seconds', 'MB at most'],
      ...runs.map(({ output, seconds, megabytes }) => [
        output.trim().split('\n').at(-1),
        seconds.toFixed(1),
        megabytes.toFixed(0),
      ]),
    ]),
  );
  console.log(
    promisesTable([
      atLeast(
        'payments with chaining, of those without, median of pairs',
        throughput,
        leastThroughput,
        'times',
      ),
      under(
        'verifying, the longest',
        Math.max(...runs.map(({ seconds }) => seconds)),
        verifyWithinSeconds,
        's',
      ),
    ]),
  );
}

/** A verification of ten million takes longer than a request may. */
const verifyEnv = { OPERATION_TIMEOUT: '60s' };

async function measurePairs(target, { pairs, seconds }) {
  const next = payments.requests(target, 1);
  await load(target.server.url, next, { connections, refused: false, seconds });
  const found = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Each is first as often as the other: what the tables have grown by is shared.
    const order = pair % 2 === 0 ? ['on', 'off'] : ['off', 'on'];
    const figures = {};
    for (const state of order) figures[state] = await measureTurn(target, next, state, seconds);
    found.push(figures);
  }
  await target.database.sql(chaining.on);
  return found;
}

async function measureTurn({ server, database }, next, state, seconds) {
  await database.sql(chaining[state]);
  const before = { server: cpuMicros(server.pid), database: database.cpuMicros() };
  const { requests, seconds: taken } = await load(server.url, next, { connections, refused: false, seconds });
  return {
    perSecond: requests / taken,
    cpuMicros: (cpuMicros(server.pid) - before.server) / requests,
    databaseCpuMicros: (database.cpuMicros() - before.database) / requests,
  };
}

function pairsTable(pairs) {
  const figures = ({ perSecond, cpuMicros: cpu, databaseCpuMicros }) => [
    perSecond.toFixed(0),
    cpu.toFixed(0),
    databaseCpuMicros.toFixed(0),
  ];
  const rows = pairs.map(({ on, off }, index) => [
    String(index + 1),
    ...figures(on),
    ...figures(off),
    (on.perSecond / off.perSecond).toFixed(2),
  ]);
  const columns = ['payments/s', 'CPU µs', 'database CPU µs'];
  return table([['pair', ...columns, 'without: payments/s', ...columns.slice(1), 'of that'], ...rows]);
}

/** @returns how many entries a second were chained */
async function fillChain(database, { entries }) {
  // What was paid without chaining is none of a chain that is whole.
  await database.sql(`SET session_replication_role = replica; TRUNCATE audit_entries, audit_unchained, audit_chain;
    SET session_replication_role = DEFAULT`);
  let chainedMs = 0;
  for (let from = 0; from < entries; from += entriesAtOnce) {
    await database.sql(
      `INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
        SELECT (lpad(to_hex(n), 12, '0') || '70008' || left(md5(n::text), 15))::uuid, timestamptz '2020-01-01' + n * interval '1 min', u.id, 'employee.edited', gen_random_uuid(),
          jsonb_build_array(jsonb_build_object('field', 'title', 'before', 'Engineer ' || n, 'after', 'Senior Engineer ' || n),
            jsonb_build_object('field', 'department', 'before', 'Design', 'after', 'Engineering')), '10.0.0.1'
        FROM generate_series($1::int, $2::int) n, (SELECT id FROM users ORDER BY id LIMIT 1) u`,
      [from + 1, Math.min(from + entriesAtOnce, entries)],
    );
    const startedAt = performance.now();
    while ((await database.sql('SELECT chain_audit_entries(2000) AS chained'))[0].chained > 0);
    chainedMs += performance.now() - startedAt;
  }
  await database.sql('VACUUM (ANALYZE)');
  return entries / (chainedMs / 1000);
}

await runToEnd(main, endAll);
