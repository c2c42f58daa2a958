import { randomInt, randomUUID } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { newId } from '../src/values/ids.js';
import type { TestDatabase } from './database.js';

/** The password of every user that a test makes. */
export const userPassword = 'a password for tests';

/** The least that Argon2id takes: what a password costs is tested where production's cost is used. */
export const lowPasswordCost = { memoryCost: 8, timeCost: 1, parallelism: 1 };

const passwordHash = await hash(userPassword, lowPasswordCost);

/** Writes a user straight into the database. @returns the user's id */
export async function insertUser(
  database: TestDatabase,
  user: { username: string; role: 'ADMIN' | 'VIEWER' | 'EMPLOYEE'; employeeId?: string },
): Promise<string> {
  const id = newId(new Date());
  await database.sql(
    `INSERT INTO users (id, username, username_key, password_hash, role, employee_id)
     VALUES ($1, $2, lower($2), $3, $4::role, $5)`,
    [id, user.username, passwordHash, user.role, user.employeeId ?? null],
  );
  return id;
}

export interface NewEmployee {
  name: string;
  email: string;
  title: string;
  department: string;
  hiredOn: string;
  terminatedOn: string | null;
  salaryMinor: bigint;
  currency: string;
  unit: 'YEAR' | 'MONTH' | 'HOUR';
}

/** Writes an employee with a first salary straight into the database, as hired by the first admin. @returns the employee's id */
export async function insertEmployee(
  database: TestDatabase,
  given: Partial<NewEmployee> = {},
): Promise<string> {
  const id = newId(new Date());
  const employee: NewEmployee = {
    name: `Person ${randomInt(1_000_000)}`,
    email: `${randomUUID()}@example.com`,
    title: 'Engineer',
    department: 'Engineering',
    hiredOn: '2020-01-01',
    terminatedOn: null,
    salaryMinor: 500_000n,
    currency: 'EUR',
    unit: 'MONTH',
    ...given,
  };
  const { name, email, title, department, hiredOn, terminatedOn, salaryMinor, currency, unit } = employee;
  await database.sql(
    `INSERT INTO employees (id, name, email, title, department, hired_on, terminated_on) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, name, email, title, department, hiredOn, terminatedOn],
  );
  await database.sql(
    `INSERT INTO salary_changes (id, employee_id, effective_from, amount_minor, currency, unit, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6::pay_period_unit, (SELECT id FROM users WHERE username_key = 'admin'), now())`,
    [newId(new Date()), id, hiredOn, salaryMinor, currency, unit],
  );
  return id;
}

export interface NewPayment {
  employeeId: string;
  amountMinor: bigint;
  currency: string;
  kind: 'SALARY' | 'BONUS' | 'EXPENSE' | 'CORRECTION';
  period: [string, string] | null;
  issuedAt: Date;
  note: string | null;
  voided: boolean;
}

/** Writes a payment straight into the database, as issued by the first admin. @returns the payment's id */
export async function insertPayment(
  database: TestDatabase,
  given: Partial<NewPayment> & { employeeId: string },
): Promise<string> {
  const issuedAt = given.issuedAt ?? new Date('2026-11-01T09:00:00Z');
  const id = newId(issuedAt);
  await database.sql(
    `INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, issued_at, note, issued_by,
       voided_at, voided_by, void_reason)
     SELECT $1, $2, $3, $4, $5::payment_kind, $6, $7, $8, $10, u.id,
       CASE WHEN $9 THEN now() END, CASE WHEN $9 THEN u.id END, CASE WHEN $9 THEN 'a test' END
     FROM (SELECT id FROM users WHERE username_key = 'admin') u`,
    [
      id,
      given.employeeId,
      given.amountMinor ?? 10_000n,
      given.currency ?? 'EUR',
      given.kind ?? 'BONUS',
      given.period?.[0] ?? null,
      given.period?.[1] ?? null,
      issuedAt,
      given.voided ?? false,
      given.note ?? null,
    ],
  );
  return id;
}
