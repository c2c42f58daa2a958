// What a company costs that has grown: `npm run size`.

import { endAll } from './lib/cleanup.js';
import { askForData } from './lib/client.js';
import { openFilledDatabase } from './lib/database.js';
import { readNumbers } from './lib/numbers.js';
import { buildProduct } from './lib/product.js';
import { never, promisesTable, under } from './lib/promises.js';
import { warnIfBusy } from './lib/quiet.js';
import { table } from './lib/report.js';
import { runToEnd, step } from './lib/step.js';
import { openStipend } from './lib/targets.js';
import { newPayment } from './lib/workloads.js';

const paymentsOfEach = 100;
const withinMs = 50;
const besideWithinMs = 500;

/** Few rows of each: what a filter finds among all the others. */
const rarities = `
  UPDATE payments SET voided_at = issued_at, voided_by = issued_by, void_reason = 'A benchmark'
    WHERE (employee_id, id) IN (SELECT employee_id, id FROM payments ORDER BY issued_at LIMIT 200);
  INSERT INTO payments (id, employee_id, amount_minor, currency, kind, issued_at, issued_by)
    SELECT gen_random_uuid(), employee_id, 1000, 'CHF', 'BONUS', timestamptz '2011-01-01' + n * interval '1 h', issued_by
    FROM (SELECT employee_id, issued_by FROM payments LIMIT 1) one, generate_series(1, 50) n;
  UPDATE employees SET department = 'Legal', title = 'Quartermaster' WHERE id IN (SELECT id FROM employees ORDER BY id DESC LIMIT 5);
  UPDATE employees SET hired_on = '2099-01-01', terminated_on = NULL WHERE id IN (SELECT id FROM employees ORDER BY id DESC LIMIT 5)`;

const period = { start: '2026-10-01', end: '2026-10-31' };
const filtersOf = (employeeId, payRunId) => ({
  payments: [
    {},
    { employeeId },
    { payRunId },
    { kind: 'SALARY' },
    { kind: 'CORRECTION' },
    { currency: 'EUR' },
    { currency: 'CHF' },
    { status: 'ISSUED' },
    { status: 'VOIDED' },
    { issuedFrom: '2026-01-01T00:00:00Z' },
    { issuedTo: '2015-01-01T00:00:00Z' },
    { issuedFrom: '2020-02-25T00:00:00Z', issuedTo: '2020-02-26T00:00:00Z' },
    { currency: 'CHF', kind: 'SALARY' },
    { currency: 'CHF', status: 'VOIDED' },
  ],
  employees: [
    {},
    { search: 'person.77@' },
    { search: 'quartermaster' },
    { search: 'nobody at all' },
    { search: 'zq' },
    { search: 'engineer' },
    { department: 'Sales' },
    { department: 'Legal' },
    { status: 'ACTIVE' },
    { status: 'TERMINATED' },
    { status: 'UPCOMING' },
    { isLeaving: true },
    { hasBankAccount: false },
    { withoutSalaryFor: period },
  ],
});

const page = (list) =>
  `query ($filter: ${typeOf(list)}) { ${list}(first: 50, filter: $filter) { nodes { id } pageInfo { hasNextPage } } }`;
const count = (list) =>
  `query ($filter: ${typeOf(list)}) { ${list}(first: 1, filter: $filter) { totalCount totalCountIsExact } }`;
const typeOf = (list) => (list === 'payments' ? 'PaymentFilter' : 'EmployeeFilter');

async function main() {
  const options = readNumbers('npm run size', {
    payments: { of: 'how many there are', usually: 1_000_000, least: 10_000, most: 10_000_000 },
    times: { of: 'how often each is asked for', usually: 20, least: 3, most: 1000 },
    seconds: { of: 'how long beside the worst', usually: 10, least: 1, most: 600 },
  });
  await buildProduct();
  await warnIfBusy();
  const employees = options.payments / paymentsOfEach;
  const database = await step(`Filling ${options.payments} payments`, () =>
    openFilledDatabase({ employees }),
  );
  await step('Making a few that are rare', () => database.sql(rarities));
  await step('Looking at all, as autovacuum does', () => database.sql('VACUUM (ANALYZE)'));
  const target = await openStipend(database);
  const [{ size }] = await database.sql(
    `SELECT pg_size_pretty(pg_database_size(current_database())) AS size`,
  );
  console.log(
    `\n${options.payments} payments, ${employees} employees, ${size}; PostgreSQL ${database.version}.\n`,
  );
  const found = await step('Asking for each filter', () => measureFilters(target, options));
  console.log(filterTable(found));
  const beside = await step('Asking beside the worst', () => measureBeside(target, found, options));
  console.log(besideTable(beside));
  console.log(promisesTable(findingsOf(found, beside)));
}

/** @returns {Promise<Array<{ list: string, filter: object, pageMs: number[], countMs: number[], total: string }>>} */
async function measureFilters(target, { times }) {
  const filters = filtersOf(target.employeeIds[0], '01940000-0000-7000-8000-000000000000');
  const found = [];
  for (const [list, each] of Object.entries(filters)) {
    for (const filter of each) {
      const pageMs = await timesOf(target, { query: page(list), variables: { filter } }, times);
      const countMs = await timesOf(target, { query: count(list), variables: { filter } }, times);
      const data = await askForData(
        target.server.url,
        { query: count(list), variables: { filter } },
        target.tokens.viewer,
      );
      const { totalCount, totalCountIsExact } = data[list];
      found.push({ list, filter, pageMs, countMs, total: `${totalCount}${totalCountIsExact ? '' : '+'}` });
    }
  }
  return found;
}

async function timesOf(target, body, times) {
  await timed(target, body);
  const found = [];
  for (let time = 0; time < times; time += 1) found.push(await timed(target, body));
  return found.sort((a, b) => a - b);
}

async function timed({ server, tokens }, body, token = tokens.viewer) {
  const startedAt = performance.now();
  await askForData(server.url, body, token);
  return performance.now() - startedAt;
}

/** Twelve of the slowest counts and pages of one viewer, again and again, and reads by id and payments of others. */
async function measureBeside(target, found, { seconds }) {
  const worst = found
    .flatMap(({ list, filter, pageMs, countMs }) => [
      { ms: median(pageMs), body: { query: page(list), variables: { filter } } },
      { ms: median(countMs), body: { query: count(list), variables: { filter } } },
    ])
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 12);
  const end = performance.now() + seconds * 1000;
  const until = async (work) => {
    const all = [];
    while (performance.now() < end) all.push(await work());
    return all.sort((a, b) => a - b);
  };
  const refused = { worst: 0, others: 0 };
  const orRefused = (kind, work) =>
    work().catch(() => {
      refused[kind] += 1;
      return 0;
    });
  const query = target.contestant.documents.employee;
  const [reads, payments] = await Promise.all([
    until(() =>
      orRefused('others', () => timed(target, { query, variables: { id: anyOf(target.employeeIds) } })),
    ),
    until(() =>
      orRefused('others', () =>
        timed(
          target,
          { query: target.contestant.documents.issuePayment, variables: newPayment(anyOf(target.payees)) },
          target.tokens.admin,
        ),
      ),
    ),
    ...worst.map(({ body }) => until(() => orRefused('worst', () => timed(target, body)))),
  ]);
  return { reads, payments, refused };
}

const anyOf = (list) => list[Math.floor(Math.random() * list.length)];
const median = (sorted) => sorted[Math.floor(sorted.length / 2)];
const last = (sorted) => sorted[sorted.length - 1];
const p99 = (sorted) => sorted[Math.floor(sorted.length * 0.99)];

function filterTable(found) {
  const rows = found.map(({ list, filter, pageMs, countMs, total }) => [
    `${list} ${JSON.stringify(filter).replaceAll('"', '')}`,
    total,
    median(pageMs).toFixed(1),
    last(pageMs).toFixed(1),
    median(countMs).toFixed(1),
    last(countMs).toFixed(1),
  ]);
  return table([['', 'found', 'page p50 ms', 'most', 'count p50 ms', 'most'], ...rows]);
}

function besideTable({ reads, payments }) {
  const row = (name, ms) => [
    name,
    String(ms.length),
    median(ms).toFixed(1),
    p99(ms).toFixed(1),
    last(ms).toFixed(1),
  ];
  return table([
    ['beside twelve of the worst', 'answered', 'p50 ms', 'p99 ms', 'most'],
    row('employee(id)', reads),
    row('issuePayment', payments),
  ]);
}

function findingsOf(found, { reads, payments, refused }) {
  const slowest = Math.max(...found.flatMap(({ pageMs, countMs }) => [median(pageMs), median(countMs)]));
  return [
    under('the slowest filter, page or count, p50', slowest, withinMs, 'ms'),
    under('employee(id) beside twelve of the worst, p99', p99(reads), besideWithinMs, 'ms'),
    under('issuePayment beside twelve of the worst, p99', p99(payments), besideWithinMs, 'ms'),
    never('a read by id or a payment is refused beside them', refused.others),
  ];
}

await runToEnd(main, endAll);
