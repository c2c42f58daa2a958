// What a pay run of everybody costs, and what it does to those who read meanwhile: `npm run pay-run`.

import { endAll } from './lib/cleanup.js';
import { askForData, logIn } from './lib/client.js';
import { accounts, openFilledDatabase } from './lib/database.js';
import { median, watchMemory } from './lib/memory.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';

const readers = 4;
const quietMs = 5_000;

const fields = 'payRun { id version contentHash employeeCount }';
const steps = {
  draft: `mutation ($input: DraftPayRunInput!) { step: draftPayRun(input: $input) { ${fields} } }`,
  approve: `mutation ($id: ID!, $version: Int!, $contentHash: String!) {
    step: approvePayRun(id: $id, version: $version, contentHash: $contentHash) { ${fields} } }`,
  issue: `mutation ($id: ID!, $version: Int!) { step: issuePayRun(id: $id, version: $version) { ${fields} } }`,
};
const reading =
  'query ($id: ID!) { employee(id: $id) { name payments(first: 10) { nodes { id amount { amount } } } } }';
const paying = 'mutation ($input: IssuePaymentInput!) { issuePayment(input: $input) { payment { id } } }';

async function main() {
  const options = readNumbers('npm run pay-run', {
    employees: { of: 'how many people the company has', usually: 10_000, least: 100, most: 100_000 },
    turns: { of: 'how many runs are made, each of a month of its own', usually: 3, least: 1, most: 24 },
    single: { of: 'how many single payments are made beside them', usually: 1_000, least: 100, most: 10_000 },
  });
  await buildProduct();
  await warnIfBusy();
  const database = await step('Filling a company', () =>
    openFilledDatabase({ ...options, paid: 100 }, { shared_preload_libraries: 'pg_stat_statements' }),
  );
  await database.sql('CREATE EXTENSION pg_stat_statements');
  await database.sql(`UPDATE employees SET bank_holder = name, bank_country = 'DE', bank_last_four = '3000',
    bank_account_sealed = id::text::bytea`);
  await database.sql('VACUUM ANALYZE');
  const target = await openStipend(database);
  const second = await logIn(target.server.url, 'admin1', accounts.password);
  const turns = [];
  for (let turn = 0; turn < options.turns; turn++) {
    turns.push(await step(`Run ${turn + 1}`, () => measure(target, second, turn)));
  }
  console.log(`\n${runTable(turns)}\n`);
  const perSecond = await step('Single payments', () => payOneByOne(target, options.single));
  const people = turns[0].employees;
  console.log(`Single payments, one after the other: ${perSecond.toFixed(0)} a second, which for ${people} is
${(people / perSecond).toFixed(1)} s.`);
}

/** A run of a month that nothing is paid for yet. */
async function measure({ server, tokens, employeeIds, database }, second, turn) {
  const { url, pid } = server;
  const year = 2027 + Math.floor(turn / 12);
  const month = `${year}-${String((turn % 12) + 1).padStart(2, '0')}`;
  const period = { start: `${month}-01`, end: `${month}-28` };
  await database.sql('SELECT pg_stat_statements_reset()');
  const quiet = await readMeanwhile(
    url,
    tokens.viewer,
    employeeIds,
    () => new Promise((done) => setTimeout(done, quietMs)),
  );
  const ofReaders = new Set((await statementsOf(database)).map(({ id }) => id));
  const endWatch = watchMemory(pid);
  const found = { quiet };
  let payRun;
  for (const [name, token, variables] of [
    ['draft', tokens.admin, () => ({ input: { period, payDate: period.end } })],
    ['approve', second, () => payRun],
    ['issue', tokens.admin, () => payRun],
  ]) {
    const run = async () => {
      const { step: done } = await askForData(url, { query: steps[name], variables: variables() }, token);
      payRun = done.payRun;
    };
    await database.sql('SELECT pg_stat_statements_reset()');
    found[name] = await readMeanwhile(url, tokens.viewer, employeeIds, run);
    const own = (await statementsOf(database)).filter(({ id }) => !ofReaders.has(id));
    found[name].statements = own.reduce((sum, { calls }) => sum + calls, 0);
  }
  const { first, most } = endWatch();
  const [{ count }] = await database.sql(
    'SELECT count(*)::int AS count FROM payments WHERE pay_run_id = $1',
    [payRun.id],
  );
  if (count !== payRun.employeeCount) throw new Error(`${count} of ${payRun.employeeCount} were paid`);
  return { ...found, employees: count, grownMegabytes: most - first };
}

/** How often each statement was sent since the last reset. */
function statementsOf({ sql }) {
  return sql(`SELECT queryid::text AS id, calls::int AS calls FROM pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`);
}

/** @returns how long the work took, and the 99th percentile of what reads took meanwhile */
async function readMeanwhile(url, token, employeeIds, work) {
  let isOver = false;
  const times = [];
  const read = async (reader) => {
    for (let nth = reader; !isOver; nth += readers) {
      const variables = { id: employeeIds[nth % employeeIds.length] };
      const since = performance.now();
      await askForData(url, { query: reading, variables }, token);
      times.push(performance.now() - since);
    }
  };
  const all = Array.from({ length: readers }, (_, reader) => read(reader));
  const since = performance.now();
  await work();
  const seconds = (performance.now() - since) / 1000;
  isOver = true;
  await Promise.all(all);
  times.sort((a, b) => a - b);
  return { seconds, p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN };
}

/** @returns how many a second */
async function payOneByOne({ server: { url }, tokens, payees }, count) {
  const since = performance.now();
  for (let nth = 0; nth < count; nth++) {
    const { id: employeeId, currency } = payees[nth % payees.length];
    const input = {
      employeeId,
      amount: { amount: '100', currency },
      kind: 'BONUS',
      idempotencyKey: `single-${nth}`,
    };
    await askForData(url, { query: paying, variables: { input } }, tokens.admin);
  }
  return count / ((performance.now() - since) / 1000);
}

function runTable(turns) {
  const show = (pick, digits = 1) =>
    [...turns.map(pick), median(turns.map(pick))].map((value) => value.toFixed(digits));
  const heads = turns.map((_, index) => `run ${index + 1}`);
  return table([
    [`${turns[0].employees} employees`, ...heads, 'median'],
    ['draft, s', ...show(({ draft }) => draft.seconds)],
    ['approve, s', ...show(({ approve }) => approve.seconds)],
    ['issue, s', ...show(({ issue }) => issue.seconds)],
    ['statements of a draft', ...show(({ draft }) => draft.statements, 0)],
    ['statements of an issue', ...show(({ issue }) => issue.statements, 0)],
    ['memory more, MB', ...show(({ grownMegabytes }) => grownMegabytes, 0)],
    ["readers' p99 before, ms", ...show(({ quiet }) => quiet.p99Ms)],
    ["readers' p99 while drafting, ms", ...show(({ draft }) => draft.p99Ms)],
    ["readers' p99 while issuing, ms", ...show(({ issue }) => issue.p99Ms)],
  ]);
}

await runToEnd(main, endAll);
