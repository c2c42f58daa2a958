import { newId } from '../../src/values/ids.js';
import type { TestDatabase } from '../database.js';

interface LinkedPayment {
  employeeId: string;
  amountMinor?: bigint;
  currency?: string;
  note?: string;
  issuedAt?: Date;
  /** The first admin when absent. */
  issuedBy?: string;
  payRunId?: string;
  replaces?: string;
}

/** Writes a BONUS with what links it to other rows straight into the database. @returns the payment's id */
export async function insertLinkedPayment(database: TestDatabase, given: LinkedPayment): Promise<string> {
  const issuedAt = given.issuedAt ?? new Date('2026-11-02T09:00:00Z');
  const id = newId(issuedAt);
  await database.sql(
    `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, note, issued_at, issued_by, pay_run_id, replaces)
     VALUES ($1, $2, $3, $4, 'BONUS', $5, $6, coalesce($7, (SELECT id FROM users WHERE username_key = 'admin')), $8, $9)`,
    [
      id,
      given.employeeId,
      given.amountMinor ?? 10_000n,
      given.currency ?? 'EUR',
      given.note ?? null,
      issuedAt,
      given.issuedBy ?? null,
      given.payRunId ?? null,
      given.replaces ?? null,
    ],
  );
  return id;
}

/** Writes an issued pay run for October 2026 straight into the database. @returns the pay run's id */
export async function insertPayRun(database: TestDatabase, userId: string): Promise<string> {
  const id = newId(new Date());
  await database.sql(
    `INSERT INTO pay_runs (id, period_start, period_end, pay_date, status, drafted_by, approved_by, approved_at,
       issued_by, issued_at)
     VALUES ($1, '2026-10-01', '2026-10-31', '2026-10-30', 'ISSUED', $2, $2, '2026-10-29T08:00:00Z', $2,
       '2026-10-30T08:00:00Z')`,
    [id, userId],
  );
  return id;
}

let salaryChanges = 0;

interface NewSalaryChange {
  employeeId: string;
  effectiveFrom: string;
  salaryMinor?: bigint;
  currency?: string;
  unit?: 'YEAR' | 'MONTH' | 'HOUR';
  /** The first admin when absent. */
  changedBy?: string;
}

/** Writes one more salary straight into the database. @returns the salary change's id */
export async function insertSalaryChange(database: TestDatabase, given: NewSalaryChange): Promise<string> {
  // Ids of one millisecond sort by chance: of salaries from one day on, the order in which they were set must show.
  const id = newId(new Date(Date.now() + ++salaryChanges));
  await database.sql(
    `INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6::pay_period_unit, coalesce($7, (SELECT id FROM users WHERE username_key = 'admin')),
       '2026-11-01T10:00:00Z')`,
    [
      id,
      given.employeeId,
      given.effectiveFrom,
      given.salaryMinor ?? 500_000n,
      given.currency ?? 'EUR',
      given.unit ?? 'MONTH',
      given.changedBy ?? null,
    ],
  );
  return id;
}
