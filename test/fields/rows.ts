import fc from 'fast-check';
import { newId } from '../../src/values/ids.js';
import type { TestDatabase } from '../database.js';

const pieces = ['a', 'é', '€', '😀', ' ', '"', "'", '\\', '/', '\n', '\t', '\u2028', '\u001f', '\u001d'];
const text = fc
  .array(fc.constantFrom(...pieces, 'null', '$1', '}'), { maxLength: 8 })
  .map((all) => all.join(''));
const instant = between('1990-01-01', '2040-12-31');
const day = instant.map((at) => at.slice(0, 10));
const money = fc.record({
  minor: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  currency: fc.constantFrom('JPY', 'EUR', 'KWD'),
});
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
/** 366 days at most. */
const period = fc
  .tuple(day, fc.nat({ max: 365 }))
  .map(([start, days]) => [
    start,
    new Date(Date.parse(start) + days * 86_400_000).toISOString().slice(0, 10),
  ]);

function between(min: string, max: string): fc.Arbitrary<string> {
  const range = { min: new Date(min), max: new Date(max), noInvalidDate: true };
  return fc.date(range).map((date) => date.toISOString());
}

/** What is in the columns of a row of each table, as far as it is not an id. */
export const anyRows = fc.record({
  employee: fc.record({
    version: fc.integer({ min: 1, max: 2_147_483_647 }),
    name: text,
    title: text,
    department: text,
    hiredOn: between('1990-01-01', '1999-12-31').map((at) => at.slice(0, 10)),
    terminatedOn: orNull(between('2000-01-01', '2040-12-31').map((at) => at.slice(0, 10))),
    bank: orNull(fc.record({ holder: text, country: text, lastFour: text })),
    createdAt: instant,
    updatedAt: instant,
    salary: money,
    salaryUnit: fc.constantFrom('YEAR', 'MONTH', 'HOUR'),
    changedAt: instant,
  }),
  user: fc.record({
    username: text,
    role: fc.constantFrom('ADMIN', 'VIEWER', 'EMPLOYEE'),
    disabledAt: orNull(instant),
  }),
  payRun: fc
    .record({
      version: fc.integer({ min: 1, max: 2_147_483_647 }),
      kind: fc.constantFrom('REGULAR', 'OFF_CYCLE'),
      reason: text,
      proration: fc.constantFrom('CALENDAR_DAYS', 'WEEKDAYS', 'THIRTIETHS'),
      contentHash: fc.constantFrom('', 'a hash'),
      period,
      payDate: day,
      status: fc.constantFrom('DRAFT', 'APPROVED', 'ISSUED', 'CANCELLED'),
      approvedAt: instant,
      issuedAt: instant,
    })
    .map((run) => ({
      ...run,
      approvedAt: run.status === 'APPROVED' || run.status === 'ISSUED' ? run.approvedAt : null,
      issuedAt: run.status === 'ISSUED' ? run.issuedAt : null,
    })),
  payment: fc.record({
    amount: money,
    kind: fc.constantFrom('BONUS', 'EXPENSE', 'CORRECTION'),
    period: orNull(period),
    note: orNull(text),
    importReference: orNull(text),
    issuedAt: instant,
    voided: orNull(fc.record({ at: instant, reason: text })),
  }),
});

type Rows = typeof anyRows extends fc.Arbitrary<infer Value> ? Value : never;

const digits: Readonly<Record<string, number>> = { JPY: 0, EUR: 2, KWD: 3 };

function shown({ minor, currency }: { minor: bigint; currency: string }) {
  const count = digits[currency] ?? 0;
  const text = minor.toString().padStart(count + 1, '0');
  const whole = text.slice(0, text.length - count);
  return { amount: count === 0 ? whole : `${whole}.${text.slice(-count)}`, currency };
}

const asPeriod = ([start, end]: readonly (string | undefined)[]) => ({ start, end });

async function insert(database: TestDatabase, table: string, row: Record<string, unknown>): Promise<void> {
  const names = Object.keys(row);
  const values = names.map((_name, index) => `$${index + 1}`);
  await database.sql(`INSERT INTO ${table} (${names}) VALUES (${values})`, Object.values(row));
}

/**
 * Writes the rows: a payment in a pay run, of an employee and by a user, and one that replaces it where it is voided.
 *
 * @returns what the API shows of each, but for the fields that lead to others of them
 */
export async function insertRows(database: TestDatabase, { employee, user, payRun, payment }: Rows) {
  const now = new Date();
  const ids = { employee: newId(now), user: newId(now), payRun: newId(now), payment: newId(now) };
  const { bank } = employee;
  const { voided } = payment;
  const email = `${ids.employee}@example.com`;
  await insert(database, 'employees', {
    id: ids.employee,
    version: employee.version,
    name: employee.name,
    email,
    title: employee.title,
    department: employee.department,
    hired_on: employee.hiredOn,
    terminated_on: employee.terminatedOn,
    bank_holder: bank?.holder,
    bank_country: bank?.country,
    bank_last_four: bank?.lastFour,
    bank_account_sealed: bank && 'sealed',
    created_at: employee.createdAt,
    updated_at: employee.updatedAt,
  });
  await insert(database, 'users', {
    id: ids.user,
    username: user.username,
    username_key: ids.user,
    password_hash: 'none',
    role: user.role,
    employee_id: ids.employee,
    disabled_at: user.disabledAt,
  });
  await insert(database, 'salary_changes', {
    id: newId(now),
    employee_id: ids.employee,
    effective_from: employee.hiredOn,
    amount_minor: employee.salary.minor,
    currency: employee.salary.currency,
    unit: employee.salaryUnit,
    changed_by: ids.user,
    changed_at: employee.changedAt,
  });
  await insert(database, 'pay_runs', {
    id: ids.payRun,
    version: payRun.version,
    kind: payRun.kind,
    reason: payRun.reason,
    proration: payRun.proration,
    content_hash: payRun.contentHash,
    period_start: payRun.period[0],
    period_end: payRun.period[1],
    pay_date: payRun.payDate,
    status: payRun.status,
    drafted_by: ids.user,
    approved_by: payRun.approvedAt && ids.user,
    approved_at: payRun.approvedAt,
    issued_by: payRun.issuedAt && ids.user,
    issued_at: payRun.issuedAt,
  });
  const paid = {
    employee_id: ids.employee,
    amount_minor: payment.amount.minor,
    currency: payment.amount.currency,
    kind: payment.kind,
    issued_by: ids.user,
  };
  await insert(database, 'payments', {
    ...paid,
    id: ids.payment,
    period_start: payment.period?.[0],
    period_end: payment.period?.[1],
    note: payment.note,
    import_reference: payment.importReference,
    issued_at: payment.issuedAt,
    pay_run_id: ids.payRun,
    voided_at: voided?.at,
    voided_by: voided && ids.user,
    void_reason: voided?.reason,
  });
  const replacement = newId(now);
  if (voided) {
    await insert(database, 'payments', {
      ...paid,
      id: replacement,
      replaces: ids.payment,
      issued_at: '2041-01-01',
    });
  }
  return {
    replacement: voided && replacement,
    Employee: {
      id: ids.employee,
      version: employee.version,
      name: employee.name,
      email,
      title: employee.title,
      department: employee.department,
      status: (employee.terminatedOn ?? '9999') < '2026-11-22' ? 'TERMINATED' : 'ACTIVE',
      hiredOn: employee.hiredOn,
      terminatedOn: employee.terminatedOn,
      salary: shown(employee.salary),
      salaryUnit: employee.salaryUnit,
      bankAccount: bank,
      createdAt: employee.createdAt,
      updatedAt: employee.updatedAt,
    },
    SalaryChange: {
      effectiveFrom: employee.hiredOn,
      salary: shown(employee.salary),
      unit: employee.salaryUnit,
      changedAt: employee.changedAt,
    },
    Payment: {
      id: ids.payment,
      amount: shown(payment.amount),
      kind: payment.kind,
      period: payment.period && asPeriod(payment.period),
      note: payment.note,
      importReference: payment.importReference,
      status: voided ? 'VOIDED' : 'ISSUED',
      issuedAt: payment.issuedAt,
      voidedAt: voided?.at ?? null,
      voidReason: voided?.reason ?? null,
    },
    PayRun: {
      id: ids.payRun,
      version: payRun.version,
      kind: payRun.kind,
      reason: payRun.reason,
      proration: payRun.proration,
      contentHash: payRun.contentHash,
      period: asPeriod(payRun.period),
      payDate: payRun.payDate,
      status: payRun.status,
      approvedAt: payRun.approvedAt,
      issuedAt: payRun.issuedAt,
    },
    User: {
      id: ids.user,
      username: user.username,
      role: user.role,
      admin: user.role === 'ADMIN',
      disabledAt: user.disabledAt,
    },
  };
}
