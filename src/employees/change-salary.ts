import type { SignedIn } from '../accounts/viewer.js';
import type { AuditChange } from '../audit/audit.js';
import { todayWithin } from '../company/today.js';
import type { Transaction } from '../database/database.js';
import type { Employee, SalaryChange } from '../generated/prisma/client.js';
import type { PayPeriodUnit } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type Day, dayOf, startOfDay } from '../values/dates.js';
import { newId } from '../values/ids.js';
import { describeMoney, type Money } from '../values/money.js';
import { isEmployedOn } from './employment.js';
import { markPaidPeriods } from './paid-periods.js';
import type { EmployeeEdit } from './parse-employee-edit.js';

export type Salary = Money & { unit: PayPeriodUnit };

/**
 * Adds a row to the salary history, when the edit sets a salary that is not in force on that day already.
 *
 * @throws AppError BAD_USER_INPUT on a day on which the employee does not work here
 */
export async function changeSalary(
  tx: Transaction,
  viewer: SignedIn,
  employee: Employee,
  edit: EmployeeEdit,
  now: Date,
): Promise<AuditChange[]> {
  if (!edit.salary && !edit.salaryUnit) return [];
  const from = edit.salaryEffectiveFrom ?? (await defaultDay(tx, employee, now));
  await requireEmployed(tx, employee, from);
  const before = await salaryBefore(tx, employee.id, from);
  const after = withSalary(before, edit);
  if (before && describeSalary(before) === describeSalary(after)) return [];
  await insertSalary(tx, viewer, employee.id, from, after, instantAfter(before, from, now));
  return [
    {
      field: 'salary',
      before: before ? describeSalary(before) : null,
      after: `${describeSalary(after)} from ${from}`,
    },
    ...(await markPaidPeriods(tx, employee.id, from, await nextChange(tx, employee.id, from))),
  ];
}

export async function insertSalary(
  tx: Transaction,
  viewer: SignedIn,
  employeeId: string,
  from: Day,
  { amountMinor, currency, unit }: Salary,
  changedAt: Date,
): Promise<void> {
  await tx.salaryChange.create({
    data: {
      id: newId(changedAt),
      employeeId,
      effectiveFrom: startOfDay(from),
      ...{ amountMinor, currency, unit },
      changedById: viewer.userId,
      changedAt,
    },
  });
}

async function defaultDay(tx: Transaction, { hiredOn }: Employee, now: Date): Promise<Day> {
  const today = await todayWithin(tx, now);
  const firstDay = dayOf(hiredOn);
  return firstDay > today ? firstDay : today;
}

async function requireEmployed(tx: Transaction, { id, hiredOn, terminatedOn }: Employee, day: Day) {
  if (await isEmployedOn(tx, id, day)) return;
  if (terminatedOn && day > dayOf(terminatedOn)) {
    throw badInput('salaryEffectiveFrom', `The employee left on ${dayOf(terminatedOn)}.`);
  }
  throw badInput('salaryEffectiveFrom', `The employee starts on ${dayOf(hiredOn)}.`);
}

/** The salary in force on a day; null where a record has come without one. */
async function salaryBefore(tx: Transaction, employeeId: string, day: Day): Promise<SalaryChange | null> {
  return tx.salaryChange.findFirst({
    where: { employeeId, effectiveFrom: { lte: startOfDay(day) } },
    orderBy: [{ effectiveFrom: 'desc' }, { id: 'desc' }],
  });
}

function withSalary(before: Salary | null, { salary, salaryUnit }: EmployeeEdit): Salary {
  const money = salary ?? before;
  const unit = salaryUnit ?? before?.unit;
  if (!money) throw badInput('salary', 'The employee has no salary: "salary" is missing.');
  if (!unit) throw badInput('salaryUnit', 'The employee has no salary: "salaryUnit" is missing.');
  return { amountMinor: money.amountMinor, currency: money.currency, unit };
}

/** Of two salaries of one day the greater id is in force: it is the newer one's also where another process's clock was ahead. */
function instantAfter(before: { effectiveFrom: Date; changedAt: Date } | null, from: Day, now: Date): Date {
  const sameDay = before !== null && dayOf(before.effectiveFrom) === from;
  return sameDay && before.changedAt >= now ? new Date(before.changedAt.getTime() + 1) : now;
}

async function nextChange(tx: Transaction, employeeId: string, from: Day): Promise<Day | null> {
  const next = await tx.salaryChange.findFirst({
    where: { employeeId, effectiveFrom: { gt: startOfDay(from) } },
    orderBy: { effectiveFrom: 'asc' },
  });
  return next && dayOf(next.effectiveFrom);
}

export function describeSalary(salary: Salary): string {
  return `${describeMoney(salary)} per ${salary.unit.toLowerCase()}`;
}
