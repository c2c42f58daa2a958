import pg from 'pg';
import { afterAll, expect, vi } from 'vitest';
import { connectionOf } from '../../src/database/connection.js';
import { plannedSettings } from '../../src/database/pool-queries.js';
import { openClient } from '../../src/database/session.js';
import type { TestDatabase } from '../database.js';

/** A statement as it was sent, with its values. */
export interface Statement {
  text: string;
  values: unknown[];
}

/** A node of a plan, as PostgreSQL tells of it. */
export interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
}

/** Keeps what is sent to the database from now on. @returns what has been sent since it was last asked */
export function watchStatements(): () => Statement[] {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  afterAll(() => spy.mockRestore());
  return () => {
    const sent = spy.mock.calls.flatMap(([config]: unknown[]) => statementIn(config));
    spy.mockClear();
    return sent;
  };
}

function statementIn(config: unknown): Statement[] {
  if (typeof config !== 'object' || config === null || !('text' in config)) return [];
  const { text } = config;
  const values = 'values' in config && Array.isArray(config.values) ? config.values : [];
  return typeof text === 'string' ? [{ text, values }] : [];
}

/** As PostgreSQL settles on a plan by itself, after a while, and as it plans once for all values. */
const modes: Array<[string, number]> = [
  ['auto', 8],
  ['force_generic_plan', 1],
];

/** Runs it in every mode, as often as it takes to settle. @returns every plan on the way, with what it did */
export async function plansOf(database: TestDatabase, statement: Statement): Promise<Plan[]> {
  return explain(
    database,
    statement,
    modes.map(([mode, times]) => [[`plan_cache_mode = ${mode}`], times]),
  );
}

/** Runs it as what may be slow is run. @returns its plan for its values, with what it did */
export async function planForValues(database: TestDatabase, statement: Statement): Promise<Plan> {
  const [plan] = await explain(database, statement, [[plannedSettings, 1]]);
  if (!plan) throw new Error('no plan');
  return plan;
}

async function explain(
  database: TestDatabase,
  { text, values }: Statement,
  runs: ReadonlyArray<readonly [settings: readonly string[], times: number]>,
): Promise<Plan[]> {
  const client = await openClient(connectionOf(database.url));
  try {
    const given =
      values.length === 0 ? '' : `(${values.map((value) => literalOf(client, value)).join(', ')})`;
    const plans: Plan[] = [];
    for (const [settings, times] of runs) {
      await client.query(`${settings.map((setting) => `SET ${setting};`).join(' ')} PREPARE hot AS ${text}`);
      for (let time = 0; time < times; time++) {
        await client.query('BEGIN');
        const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE hot${given}`);
        await client.query('ROLLBACK');
        plans.push(rows[0]['QUERY PLAN'][0].Plan);
      }
      await client.query('DEALLOCATE hot');
    }
    return plans;
  } finally {
    await client.end();
  }
}

function literalOf(client: pg.Client, value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  if (value instanceof Date) return client.escapeLiteral(value.toISOString());
  if (Array.isArray(value)) return client.escapeLiteral(`{${value.join(',')}}`);
  return client.escapeLiteral(String(value));
}

const growing = [
  'payments',
  'employees',
  'salary_changes',
  'sessions',
  'audit_entries',
  'audit_chain',
  'idempotency_records',
  'pay_run_items',
  'pay_run_notices',
  'unpaid_days',
];

/** What a plan does that takes longer, the more rows there are. @param most rows that one answer needs */
export function faultsOf(plan: Plan, most: number): string[] {
  const table = plan['Relation Name'] ?? '';
  const name = plan['Node Type'];
  const read =
    plan['Actual Rows'] +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0);
  const rows = read * plan['Actual Loops'];
  const inner = plan.Plans ?? [];
  const sorted = inner.reduce((sum, each) => sum + each['Actual Rows'] * each['Actual Loops'], 0);
  return [
    ...(name === 'Seq Scan' && growing.includes(table) ? [`a sequential scan of ${table}`] : []),
    ...(growing.includes(table) && rows > most ? [`${rows} rows of ${table} read by ${name}`] : []),
    ...(/Sort/.test(name) && sorted > most ? [`${sorted} rows sorted`] : []),
    ...inner.flatMap((each) => faultsOf(each, most)),
  ];
}

/** How a plan comes to the rows of a table. */
export function waysTo(table: string, plan: Plan): string[] {
  return nodesOf(table, plan).map((node) => node['Node Type']);
}

/** The nodes of a plan that read a table. */
function nodesOf(table: string, plan: Plan): Plan[] {
  const here = plan['Relation Name'] === table ? [plan] : [];
  return [...here, ...(plan.Plans ?? []).flatMap((each) => nodesOf(table, each))];
}

/** Expects every plan of a statement to do no more than the answer needs. */
export async function expectKeyset(
  database: TestDatabase,
  statement: Statement,
  most: number,
): Promise<void> {
  const plans = await plansOf(database, statement);
  expect(plans).toHaveLength(9);
  for (const [time, plan] of plans.entries()) {
    expect(
      faultsOf(plan, most),
      `time ${time + 1}: ${statement.text}\n${JSON.stringify(plan, null, 1)}`,
    ).toEqual([]);
  }
}

/** @returns the id of an employee who has a hundred times as many payments as the others */
export async function payOften(database: TestDatabase): Promise<string> {
  const [employee] = await database.sql<{ id: string }>(`
    WITH someone AS (SELECT id FROM employees WHERE name LIKE 'Person %' ORDER BY id LIMIT 1),
    paid AS (
      INSERT INTO payments (id, employee_id, amount_minor, currency, kind, issued_at, issued_by)
      SELECT gen_random_uuid(), someone.id, 1000, 'EUR', 'BONUS', timestamptz '2019-01-01' + n * interval '1 day', a.id
      FROM someone, generate_series(1, 3000) n, (SELECT id FROM users WHERE username_key = 'admin') a)
    SELECT id FROM someone`);
  if (!employee) throw new Error('nobody to pay');
  return employee.id;
}

/** Fills the tables that grow, so far that the planner chooses as it would for a company with a history. */
export async function fill(database: TestDatabase): Promise<void> {
  await database.sql(`
    INSERT INTO employees (id, name, email, title, department, hired_on)
    SELECT gen_random_uuid(), 'Person ' || n, 'person' || n || '@example.com', 'Title', 'Department ' || n % 20, '2015-01-01'
    FROM generate_series(1, 2000) n`);
  await database.sql(`
    INSERT INTO users (id, username, username_key, password_hash, role)
    SELECT gen_random_uuid(), 'user' || n, 'user' || n, 'x', 'VIEWER' FROM generate_series(1, 1000) n`);
  await database.sql(`
    INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
    SELECT gen_random_uuid(), e.id, date '2015-01-01' + n * 90, 100000 + n, 'EUR', 'MONTH', a.id, now()
    FROM employees e, generate_series(0, 29) n, (SELECT id FROM users WHERE username_key = 'admin') a
    WHERE e.name LIKE 'Person %'`);
  await database.sql(`
    INSERT INTO pay_runs (id, period_start, period_end, pay_date, status, drafted_by)
    SELECT gen_random_uuid(), date '2020-01-01' + n * 30, date '2020-01-29' + n * 30, date '2020-01-29' + n * 30, 'DRAFT', a.id
    FROM generate_series(0, 39) n, (SELECT id FROM users WHERE username_key = 'admin') a`);
  await database.sql(`
    INSERT INTO payments (id, employee_id, amount_minor, currency, kind, issued_at, issued_by, pay_run_id)
    SELECT gen_random_uuid(), e.id, 1000 + n, 'EUR', (ARRAY['BONUS', 'EXPENSE', 'CORRECTION'])[1 + n % 3]::payment_kind,
      timestamptz '2020-01-01' + n * interval '60 days' + e.place * interval '1 minute', a.id, r.id
    FROM (SELECT id, row_number() OVER () AS place FROM employees WHERE name LIKE 'Person %') e, generate_series(0, 29) n,
      (SELECT id FROM users WHERE username_key = 'admin') a,
      LATERAL (SELECT id FROM pay_runs OFFSET n LIMIT 1) r`);
  await database.sql(`
    INSERT INTO idempotency_records (user_id, operation, key, input_hash, employee_id, payment_id, created_at)
    SELECT issued_by, 'issuePayment', id::text, '\\x00', employee_id, id, issued_at FROM payments`);
  await database.sql(`
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes)
    SELECT gen_random_uuid(), issued_at, issued_by, 'payment.issued', id, '[]' FROM payments`);
  await database.sql(`
    INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at)
    SELECT gen_random_uuid(), u.id, now(), now(), now() + interval '10 years'
    FROM users u, generate_series(1, 20) n`);
  await database.sql('ANALYZE');
}
