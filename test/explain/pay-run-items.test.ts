import { expect, test } from 'vitest';
import { insertEmployee } from '../factories.js';
import { useStipend } from '../harness.js';
import { readData } from '../payments/reads.js';
import { faultsOf, fill, planForValues, watchStatements } from './support.js';

const sent = watchStatements();
const t = await useStipend();
await fill(t.database);
const department = 'Rare';
await insertEmployee(t.database, { name: 'Zoë Quixote', department });
// 40 runs of everybody, in one of which somebody's item is blocked.
await t.database.sql(`
  INSERT INTO pay_run_items (id, pay_run_id, employee_id, currency, gross_minor, reimbursements_minor, deductions_minor,
    contributions_minor, net_minor, missing_minor, employer_cost_minor, payment_kind, hash)
  SELECT gen_random_uuid(), r.id, e.id, 'EUR', 1000, 0, 0, 0, 1000, 0, 1000, 'SALARY', '\\x00' FROM pay_runs r, employees e`);
const [item] = await t.database.sql<{ run: string; employee: string }>(`
  WITH item AS (SELECT * FROM pay_run_items ORDER BY employee_id DESC LIMIT 1),
  notice AS (
    INSERT INTO pay_run_notices (id, pay_run_id, item_id, employee_id, code, is_blocker, message)
    SELECT gen_random_uuid(), pay_run_id, id, employee_id, 'NEGATIVE_NET', true, 'Too much' FROM item)
  SELECT pay_run_id AS run, employee_id AS employee FROM item`);
// All others have a warning each.
await t.database.sql(`
  INSERT INTO pay_run_notices (id, pay_run_id, item_id, employee_id, code, is_blocker, message)
  SELECT gen_random_uuid(), pay_run_id, id, employee_id, 'FIRST_PAY', false, 'New here' FROM pay_run_items`);
await t.database.sql('VACUUM ANALYZE');

const page = `query ($run: ID!, $filter: PayRunItemFilter) {
  found: payRun(id: $run) { items(first: 10, filter: $filter) { nodes { id net { amount } } } } }`;
const count = `query ($run: ID!, $filter: PayRunItemFilter) {
  found: payRun(id: $run) { items(first: 1, filter: $filter) { nodes { id } totalCount } } }`;

test.each<[string, object]>([
  ['an employee', { employeeId: item?.employee }],
  ['a department', { department }],
  ['a text that one has', { search: 'quixote' }],
  ['a text that one has, without its accents', { search: 'zoe q' }],
  ['blockers', { hasBlockers: true }],
])('of a pay run, the one item by %s is found and counted without the others', async (_title, filter) => {
  const { found } = await readData(t, count, { run: item?.run, filter }, t.admin);
  expect(found.items.totalCount).toBe(1);
  for (const query of [page, count]) await expectRead(query, filter, 30);
});

test.each<[string, object]>([
  ['without a filter', {}],
  ['without blockers', { hasBlockers: false }],
])('of a pay run %s, a page is read and no more', async (_title, filter) => {
  await expectRead(page, filter, 30);
});

async function expectRead(query: string, filter: object, rows: number): Promise<void> {
  sent();
  await readData(t, query, { run: item?.run, filter }, t.admin);
  const statements = sent().filter(({ text }) => /\bFROM pay_run_items i\b/.test(text));
  expect(statements).not.toEqual([]);
  for (const statement of statements) {
    const plan = await planForValues(t.database, statement);
    expect(faultsOf(plan, rows), JSON.stringify(plan, null, 1)).toEqual([]);
  }
}
