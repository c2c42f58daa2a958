import { expect, test } from 'vitest';
import { insertEmployee, insertPayment } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData } from '../payments/reads.js';
import { faultsOf, fill, type Plan, planForValues, watchStatements } from './support.js';

const sent = watchStatements();
const t = await useStipend();
await fill(t.database);
// So many that a search by its index costs less than a look at each.
await t.database.sql(`
  INSERT INTO employees (id, name, email, title, department, hired_on)
  SELECT gen_random_uuid(), 'Human ' || n, 'human' || n || '@example.com', 'Title', 'Department ' || n % 20, '2015-01-01'
  FROM generate_series(1, 20000) n`);
const someone = await insertEmployee(t.database, {
  name: 'Zoë Quixote',
  email: 'zq.wizard@rare.example',
  title: 'Wizard',
  department: 'Rare',
  terminatedOn: '2021-06-30',
});
await insertEmployee(t.database, { department: 'Later', hiredOn: '2030-01-01', terminatedOn: '2030-12-31' });
await t.database.sql(
  `UPDATE employees SET bank_holder = name, bank_country = 'DE', bank_last_four = '3000', bank_account_sealed = '\\x00'
   WHERE id <> $1`,
  [someone],
);
// Older than all others: who walks along the list for them reads all of it.
const issuedAt = new Date('2010-01-01T00:00:00Z');
await insertPayment(t.database, { employeeId: someone, currency: 'CHF', issuedAt });
await insertPayment(t.database, { employeeId: someone, voided: true, issuedAt });
await insertPayment(t.database, {
  employeeId: someone,
  kind: 'SALARY',
  period: ['2020-01-01', '2020-01-31'],
  issuedAt,
});
await t.database.sql('VACUUM ANALYZE');
const [run] = await t.database.sql<{ id: string }>(
  'SELECT pay_run_id AS id FROM payments WHERE pay_run_id IS NOT NULL ORDER BY issued_at LIMIT 1',
);

const payments = `query ($filter: PaymentFilter, $after: String) { found: payments(first: 10, after: $after, filter: $filter) {
  nodes { id amount { amount } } pageInfo { endCursor } } }`;
const paymentCount = `query ($filter: PaymentFilter) { found: payments(filter: $filter) { totalCount totalCountIsExact } }`;
const employees = payments
  .replace('payments', 'employees')
  .replace('PaymentFilter', 'EmployeeFilter')
  .replace('amount { amount }', 'name');
const employeeCount = paymentCount
  .replace('payments', 'employees')
  .replace('PaymentFilter', 'EmployeeFilter');

const rarePayments: Array<[string, object]> = [
  ['an employee', { employeeId: someone }],
  ['a kind', { kind: 'SALARY' }],
  ['a currency', { currency: 'CHF' }],
  ['voided payments', { status: 'VOIDED' }],
  ['a time until', { issuedTo: '2010-06-01T00:00:00Z' }],
  ['a time from', { issuedFrom: '2024-10-01T00:00:00Z', issuedTo: '2024-10-01T00:02:00Z' }],
  ['a kind and a currency', { kind: 'BONUS', currency: 'CHF' }],
  ['a currency and a status', { status: 'ISSUED', currency: 'CHF' }],
  ['voided payments of a kind', { status: 'VOIDED', kind: 'BONUS' }],
];
const rareEmployees: Array<[string, object]> = [
  ['a search in names', { search: 'quixote' }],
  ['a search in titles', { search: 'izar' }],
  ['a search in email addresses', { search: 'ZQ.wiz' }],
  ['a search that finds nobody', { search: 'nobody at all' }],
  ['a department', { department: 'Rare' }],
  ['who left', { status: 'TERMINATED' }],
  ['who has not come yet', { status: 'UPCOMING' }],
  ['who leaves', { isLeaving: true }],
  ['who has no bank account', { hasBankAccount: false }],
  ['a department that there is not', { department: 'None' }],
];
/** What few rows match, and what is read of them: the row, its salary, and some that one index can't tell apart. */
const most = 40;

test.each([
  ...rarePayments.map(([title, filter]) => [title, payments, paymentCount, filter] as const),
  ...rareEmployees.map(([title, filter]) => [title, employees, employeeCount, filter] as const),
])('by %s, few rows are found and counted without the others', async (_title, page, count, filter) => {
  for (const query of [page, count]) await expectFew(query, { filter }, most);
});

test.each([
  ['of a kind', { kind: 'EXPENSE' }],
  ['of a currency', { currency: 'EUR' }],
  ['that count', { status: 'ISSUED' }],
  ['of a pay run', { payRunId: run?.id }],
  ['since a time', { issuedFrom: '2020-01-01T00:00:00Z' }],
])('of many payments %s, a page is read and no more', async (_title, filter) => {
  const { found } = await readData(t, payments, { filter }, t.admin);
  await expectFew(payments, { filter }, 11);
  await expectFew(payments, { filter, after: found.pageInfo.endCursor }, 11);
});

test.each([
  ['payments', paymentCount, { kind: 'EXPENSE' }],
  ['payments', paymentCount, { currency: 'EUR' }],
  ['payments', paymentCount, {}],
])('many %s are counted to ten thousand and no further', async (_what, query, filter) => {
  const { found } = await readData(t, query, { filter }, t.admin);
  expect(found).toEqual({ totalCount: 10_000, totalCountIsExact: false });
  await expectFew(query, { filter }, 10_001);
});

test('for a count alone no page is read', async () => {
  sent();
  await readData(t, employeeCount, { filter: { search: 'zq' } }, t.admin);
  const read = sent().filter(({ text }) => /\bFROM employees e\b/.test(text));
  const plans = await Promise.all(read.map((statement) => planForValues(t.database, statement)));
  // A text of two letters is looked for in each row, once.
  expect(plans.flatMap((plan) => faultsOf(plan, 100)).filter((fault) => /rows of/.test(fault))).toHaveLength(
    1,
  );
});

test('a count of no more than ten thousand is exact', async () => {
  const filter = { search: 'person' };
  const { found } = await readData(t, employeeCount, { filter }, t.admin);
  const [counted] = await t.database.sql(
    `SELECT count(*)::int AS "totalCount" FROM employees WHERE name LIKE 'Person%'`,
  );
  expect(found).toEqual({ ...counted, totalCountIsExact: true });
});

test('who lacks a salary for a period is found and counted without those who were paid', async () => {
  await t.database.sql(`
    INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, issued_at, issued_by)
    SELECT gen_random_uuid(), e.id, 100000, 'EUR', 'SALARY', '2017-06-01', '2017-06-30', '2017-06-30', a.id
    FROM employees e, (SELECT id FROM users WHERE username_key = 'admin') a
    WHERE e.name LIKE 'Person %'`);
  // All others have left before.
  await t.database.sql(`UPDATE employees SET terminated_on = '2015-12-31' WHERE name NOT LIKE 'Person %'
    AND hired_on <= '2015-12-31'`);
  const unpaid = await insertEmployee(t.database, { hiredOn: '2017-01-01' });
  await t.database.sql('VACUUM ANALYZE');
  const filter = { withoutSalaryFor: { start: '2017-06-16', end: '2017-06-17' } };
  const { found } = await readData(t, employees, { filter }, t.admin);
  expect(found.nodes.map(({ id }: { id: string }) => id)).toEqual([unpaid]);
  for (const query of [employees, employeeCount]) await expectFew(query, { filter }, most);
});

async function expectFew(query: string, variables: object, rows: number): Promise<void> {
  for (const plan of await plansOf(query, variables)) {
    expect(faultsOf(plan, rows), JSON.stringify(plan, null, 1)).toEqual([]);
  }
}

async function plansOf(query: string, variables: object): Promise<Plan[]> {
  sent();
  await readData(t, query, variables, t.admin);
  const statements = sent()
    .filter(({ text }) => /\bFROM (payments|employees)\b/.test(text))
    // The query for totals reads a page, too.
    .filter(({ text }) => !query.includes('totalCount') || text.includes('count(*) FROM (SELECT FROM'));
  expect(statements).not.toEqual([]);
  return Promise.all(statements.map((statement) => planForValues(t.database, statement)));
}
