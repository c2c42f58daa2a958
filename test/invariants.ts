import { expect } from 'vitest';
import type { Answer, AnswerError } from './client.js';
import type { TestDatabase } from './database.js';
import { expectCode } from './expect.js';

/** What must find no row, in whatever database, whatever was asked of the API before; `loaded` are the payments that no API call has made. */
const violations = {
  'two salary payments of an employee count for one day': `
    SELECT a.id, b.id AS other FROM payments a JOIN payments b ON a.employee_id = b.employee_id AND a.id < b.id
    WHERE a.kind = 'SALARY' AND b.kind = 'SALARY' AND a.voided_at IS NULL AND b.voided_at IS NULL
      AND a.period_start <= b.period_end AND b.period_start <= a.period_end`,
  'a salary payment counts for a day whose salary went into deductions': `
    SELECT p.id FROM payments p JOIN pay_run_items i ON i.employee_id = p.employee_id AND i.net_minor = 0
      JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
    WHERE p.kind = 'SALARY' AND p.voided_at IS NULL AND i.pays_from <= p.period_end AND p.period_start <= i.pays_to`,
  'the days without a salary are not those that employments, payments and pay runs leave': `
    SELECT * FROM (TABLE unpaid_days EXCEPT TABLE unpaid_days_of_record) kept UNION ALL
    SELECT * FROM (TABLE unpaid_days_of_record EXCEPT TABLE unpaid_days) missing`,
  'a payment has no audit entry, or several': `
    SELECT p.id, count(a.id) FROM payments p
      LEFT JOIN audit_entries a ON a.subject = p.id AND a.action = 'payment.issued'
        AND a.actor_id = p.issued_by AND a.at = p.issued_at
    WHERE p.id NOT IN (SELECT id FROM loaded) GROUP BY p.id HAVING count(a.id) <> 1`,
  'an audit entry tells of a payment that there is not': `
    SELECT a.id FROM audit_entries a WHERE a.action = 'payment.issued'
      AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.id = a.subject AND p.id NOT IN (SELECT id FROM loaded))`,
  "an idempotency record is not its payment's": `
    SELECT i.key FROM idempotency_records i JOIN payments p ON p.id = i.payment_id
    WHERE (i.user_id, i.created_at) IS DISTINCT FROM (p.issued_by, p.issued_at)`,
  'a payment has two idempotency records': `
    SELECT payment_id FROM idempotency_records GROUP BY payment_id HAVING count(*) > 1`,
  "a payment replaces one that counts, or somebody else's": `
    SELECT p.id FROM payments p JOIN payments r ON r.id = p.replaces
    WHERE (r.voided_at IS NULL OR r.employee_id <> p.employee_id)`,
  'a version is not one more than the changes that the audit trail tells of': `
    SELECT e.id, e.version, count(a.id) FROM employees e
      LEFT JOIN audit_entries a ON a.subject = e.id
        AND a.action NOT IN ('employee.hired', 'employee.component_set', 'employee.component_ended')
    GROUP BY e.id HAVING e.version <> count(a.id) + 1`,
  "an employee's row does not say what the newest employment says": `
    SELECT e.id FROM employees e WHERE (e.hired_on, e.terminated_on) IS DISTINCT FROM
      (SELECT ROW(m.started_on, m.ended_on) FROM employments m WHERE m.employee_id = e.id
        ORDER BY m.started_on DESC LIMIT 1)`,
  'an employee has no salary on the first day': `
    SELECT e.id FROM employees e WHERE NOT EXISTS (
      SELECT 1 FROM salary_changes c WHERE c.employee_id = e.id AND c.effective_from <= e.hired_on)`,
};

/**
 * Checks what is true of every Stipend database at every moment.
 *
 * @param loaded the ids of payments that were written past the API, which have no audit entry
 */
export async function expectInvariants(database: TestDatabase, loaded: string[] = []): Promise<void> {
  for (const [violation, query] of Object.entries(violations)) {
    const rows = await database.sql(`WITH loaded (id) AS (SELECT unnest($1::uuid[])) ${query}`, [loaded]);
    expect(rows, violation).toEqual([]);
  }
}

/** @returns every row of every table but those left out, as text, with the table's name before it */
export async function readEverything(database: TestDatabase, leftOut: string[] = []): Promise<string[]> {
  const tables = await database.sql<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1) ORDER BY 1`,
    [leftOut],
  );
  const selects = tables.map(({ name }) => `SELECT '${name} ' || t::text AS row FROM "${name}" t`);
  const rows = await database.sql<{ row: string }>(selects.join(' UNION ALL '));
  return rows.map(({ row }) => row).sort();
}

/** A refusal names its code and the field at fault, if one is, and leaves all of the company's data as it was. */
export async function expectRefusal(
  database: TestDatabase,
  attempt: () => Promise<Answer>,
  expected: { code: string; field?: string | undefined },
): Promise<AnswerError> {
  // A request that is refused may still count as a use of its session, and what was done before may be chained meanwhile.
  const bookkeeping = ['sessions', 'refresh_tokens', 'audit_chain', 'audit_unchained'];
  const before = await readEverything(database, bookkeeping);
  const answer = await attempt();
  const error = expectCode(answer, expected.code);
  expect(error.extensions.field, answer.text).toBe(expected.field);
  expect(await readEverything(database, bookkeeping)).toEqual(before);
  return error;
}

/** Runs the work while the database takes no row into a table that fits the condition: a failure where none is expected. */
export async function whileRefusing(
  database: TestDatabase,
  table: string,
  condition: string,
  work: () => Promise<unknown>,
): Promise<void> {
  await database.sql(`ALTER TABLE ${table} ADD CONSTRAINT refusing CHECK (NOT (${condition})) NOT VALID`);
  try {
    await work();
  } finally {
    await database.sql(`ALTER TABLE ${table} DROP CONSTRAINT refusing`);
  }
}

/** @returns the log lines that tell of a fault of the server */
export function faultsIn(logLines: string[]): string[] {
  const leastOfFaults = 50;
  return logLines.filter((line) => JSON.parse(line).level >= leastOfFaults);
}
