// What a company costs that has grown: `npm run size`.

import { endAll } from './lib/cleanup.js';
import { askForData } from './lib/client.js';
import { accounts, openFilledDatabase } from './lib/database.js';
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

const payRunId = '01940000-0000-7000-8000-00000000aaaa';
const emptyRunId = '01940000-0000-7000-8000-000000000000';

/** The payments of one employee in ten have an audit entry, of one who did most; and a draft of a pay run has an item of everybody. */
const restOfCompany = `
  SET session_replication_role = replica;
  INSERT INTO audit_entries (id, at, actor_id, action, subject, changes)
    SELECT gen_random_uuid(), issued_at, issued_by, 'payment.issued', id, '[]' FROM payments
    WHERE employee_id IN (SELECT id FROM employees ORDER BY id LIMIT (SELECT count(*) / 10 FROM employees)) ORDER BY issued_at;
  INSERT INTO audit_entries (id, at, actor_id, action, changes)
    SELECT gen_random_uuid(), timestamptz '2011-01-01' + n * interval '1 h', u.id, 'user.edited', '[]'
    FROM users u, generate_series(1, 5) n WHERE u.username_key = '${accounts.viewer}';
  INSERT INTO audit_chain (number, entry_id, hash)
    SELECT row_number() OVER (ORDER BY at, id), id, decode(repeat('00', 32), 'hex') FROM audit_entries ORDER BY at, id;
  INSERT INTO pay_runs (id, period_start, period_end, pay_date, status, drafted_by)
    SELECT '${payRunId}', '2026-11-01', '2026-11-30', '2026-11-30', 'DRAFT', id FROM users WHERE username_key = '${accounts.admin}';
  INSERT INTO pay_run_items (id, pay_run_id, employee_id, currency, gross_minor, reimbursements_minor, deductions_minor,
    contributions_minor, net_minor, missing_minor, employer_cost_minor, payment_kind, hash)
    SELECT gen_random_uuid(), '${payRunId}', id, 'EUR', 1000, 0, 0, 0, 1000, 0, 1000, 'SALARY', '\\x00' FROM employees ORDER BY id;
  INSERT INTO pay_run_notices (id, pay_run_id, item_id, employee_id, code, is_blocker, message)
    SELECT gen_random_uuid(), pay_run_id, id, employee_id, 'NO_BANK_ACCOUNT', true, 'No account' FROM
      (SELECT * FROM pay_run_items ORDER BY employee_id DESC LIMIT 5) few;
  SET session_replication_role = DEFAULT`;

const period = { start: '2026-10-01', end: '2026-10-31' };
const earlier = { start: '2023-05-01', end: '2023-05-31' };
const ahead = { start: '2026-11-01', end: '2026-11-30' };
const filtersOf = (employeeId, { actorId, subject }) => ({
  payments: [
    {},
    { employeeId },
    { payRunId: emptyRunId },
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
    { hasBankAccount: true },
    { isLeaving: false },
    { withoutSalaryFor: period },
    { withoutSalaryFor: earlier },
    { withoutSalaryFor: ahead },
  ],
  auditLog: [
    {},
    { actorId },
    { action: 'user.edited' },
    { action: 'payment.issued' },
    { action: 'nothing' },
    { subject },
    { from: '2026-01-01T00:00:00Z' },
    { to: '2012-01-01T00:00:00Z' },
  ],
  items: [
    {},
    { employeeId },
    { department: 'Sales' },
    { department: 'Legal' },
    { hasBlockers: true },
    { hasBlockers: false },
    { search: 'quartermaster' },
    { search: 'nobody at all' },
  ],
});

const filterTypes = {
  payments: 'PaymentFilter',
  employees: 'EmployeeFilter',
  auditLog: 'AuditFilter',
  items: 'PayRunItemFilter',
};
const listed = (list, selection) => {
  const query = `${list}(${selection}`;
  const whole = list === 'items' ? `payRun(id: "${payRunId}") { ${query} }` : query;
  return `query ($filter: ${filterTypes[list]}) { ${whole} }`;
};
const page = (list) => listed(list, 'first: 50, filter: $filter) { nodes { id } pageInfo { hasNextPage } }');
const count = (list) => listed(list, 'first: 1, filter: $filter) { totalCount totalCountIsExact }');

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
  await step('Making an audit log and a pay run', () => database.sql(restOfCompany));
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
  const [{ actorId, subject }] = await target.database.sql(
    `SELECT (SELECT actor_id FROM audit_entries WHERE action = 'user.edited' LIMIT 1) AS "actorId", subject
     FROM audit_entries WHERE subject IS NOT NULL LIMIT 1`,
  );
  const filters = filtersOf(target.employeeIds[0], { actorId, subject });
  const found = [];
  for (const [list, each] of Object.entries(filters)) {
    for (const filter of each) {
      const token = tokenFor(target, list);
      const pageMs = await timesOf(target, { query: page(list), variables: { filter } }, { times, token });
      const countMs = await timesOf(target, { query: count(list), variables: { filter } }, { times, token });
      const data = await askForData(target.server.url, { query: count(list), variables: { filter } }, token);
      const { totalCount, totalCountIsExact } = data[list] ?? data.payRun[list];
      found.push({ list, filter, pageMs, countMs, total: `${totalCount}${totalCountIsExact ? '' : '+'}` });
    }
  }
  return found;
}

/** Only admins read the audit log. */
function tokenFor({ tokens }, list) {
  return list === 'auditLog' ? tokens.admin : tokens.viewer;
}

async function timesOf(target, body, { times, token }) {
  await timed(target, body, token);
  const found = [];
  for (let time = 0; time < times; time += 1) found.push(await timed(target, body, token));
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
      { list, ms: median(pageMs), body: { query: page(list), variables: { filter } } },
      { list, ms: median(countMs), body: { query: count(list), variables: { filter } } },
    ])
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 12);
  console.log(`The worst: ${worst.map(({ list, ms }) => `${list} ${ms.toFixed(0)} ms`).join(', ')}.`);
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
    ...worst.map(({ list, body }) =>
      until(() => orRefused('worst', () => timed(target, body, tokenFor(target, list)))),
    ),
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
