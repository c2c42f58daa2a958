import pg from 'pg';
import { expect, test } from 'vitest';
import { expectCode, expectData } from '../expect.js';
import { useStipend } from '../harness.js';
import { until } from '../start/support.js';
import { draft, giveAccount, type Run, run, send } from './support.js';

const t = await useStipend({ OPERATION_TIMEOUT: '2s' });
const second = await t.account('anna', 'ADMIN');

/** More than two batches of a draft. */
const people = 1_100;

await t.database.sql(
  `INSERT INTO employees (id, name, email, title, department, hired_on, bank_holder, bank_country, bank_last_four, bank_account_sealed)
   SELECT gen_random_uuid(), 'Person ' || n, 'person-' || n || '@example.com', 'Engineer', 'Engineering', '2020-01-01',
     'Person', 'DE', '3000', n::text::bytea
   FROM generate_series(1, $1) AS n`,
  [people],
);
await t.database.sql(
  `INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
   SELECT gen_random_uuid(), e.id, '2020-01-01', 500000, 'EUR', 'MONTH', $1, '2020-01-01'
   FROM employees e WHERE e.email LIKE 'person-%'`,
  [t.admin.id],
);
await giveAccount(t, t.employee.employeeId);
/** With the employee who is a user. */
const everybody = people + 1;

const paymentsOf = async (payRun: Run) =>
  (await t.database.sql('SELECT 1 FROM payments WHERE pay_run_id = $1', [payRun.id])).length;

const statusOf = async (payRun: Run) =>
  expectData(await t.gql('query ($id: ID!) { payRun(id: $id) { status } }', { id: payRun.id }, t.viewer))
    .payRun.status;

test('a run of many people takes longer than an operation may, though each statement ends in time', async () => {
  // Each batch of a draft takes a second, as on a slow disk.
  await t.database.sql(`CREATE FUNCTION take_a_second() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$`);
  await t.database.sql(`CREATE TRIGGER slow AFTER INSERT ON pay_run_items EXECUTE FUNCTION take_a_second()`);
  const drafted = await draft(t, {});
  await t.database.sql('DROP TRIGGER slow ON pay_run_items');
  expect(drafted.employeeCount).toBe(everybody);
});

test('a run is APPROVED while it is issued, and an answer that was lost is given again', async () => {
  const period = { start: '2026-10-01', end: '2026-10-31' };
  const approved = await run(t, 'approve', await draft(t, { period }), second);
  const holder = new pg.Client(t.database.url);
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM employees WHERE id = $1 FOR UPDATE', [t.employee.employeeId]);
    const lost = new AbortController();
    const query =
      'mutation ($id: ID!, $version: Int!) { issuePayRun(id: $id, version: $version) { payRun { id } } }';
    const asked = fetch(`${t.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${t.admin.token}` },
      body: JSON.stringify({ query, variables: approved }),
      signal: lost.signal,
    });
    const waits = `SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE NOT l.granted AND a.datname = current_database()`;
    await until(async () => (await t.database.sql(waits)).length > 0, 30_000);
    expect([await statusOf(approved), await paymentsOf(approved)]).toEqual(['APPROVED', 0]);
    lost.abort();
    await expect(asked).rejects.toThrow();
  } finally {
    await holder.query('COMMIT');
    await holder.end();
  }
  const issued = await run(t, 'issue', approved);
  expect([issued.status, await paymentsOf(approved)]).toEqual(['ISSUED', everybody]);
  expect(await run(t, 'issue', approved)).toEqual(issued);
  expectCode(await send(t, 'issue', approved, second), 'CONFLICT');
  expect(await paymentsOf(approved)).toBe(everybody);
});
