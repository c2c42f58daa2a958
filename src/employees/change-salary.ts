import type { SignedIn } from '../accounts/viewer.js';
import type { AuditChange } from '../audit/audit.js';
import type { Transaction } from '../database/database.js';
import type { Employee } from '../generated/prisma/client.js';
import type { PayPeriodUnit } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { dayOf, startOfDay } from '../values/dates.js';
import { newId } from '../values/ids.js';
import { describeMoney, type Money } from '../values/money.js';
import type { EmployeeEdit } from './parse-employee-edit.js';

/**
 * Adds a row to the salary history, when the edit sets a salary that is not in force on that day already.
 *
 * @throws AppError BAD_USER_INPUT on a day before the employee starts or after the employee has left
 */
export async function changeSalary(
  tx: Transaction,
  viewer: SignedIn,
  employee: Employee,
  edit: EmployeeEdit,
  now: Date,
): Promise<AuditChange[]> {
  if (!edit.salary && !edit.salaryUnit) return [];
  const effectiveFrom = startOfDay(edit.salaryEffectiveFrom ?? defaultDay(employee, now));
  requireEmployed(employee, effectiveFrom);
  const before = await salaryBefore(tx, employee.id, effectiveFrom);
  const after = { ...(edit.salary ?? pick(before)), unit: edit.salaryUnit ?? before.unit };
  if (describeSalary(before) === describeSalary(after)) return [];
  const changedAt = instantAfter(before, effectiveFrom, now);
  await tx.salaryChange.create({
    data: {
      id: newId(changedAt),
      employeeId: employee.id,
      effectiveFrom,
      ...after,
      changedById: viewer.userId,
      changedAt,
    },
  });
  const from = dayOf(effectiveFrom);
  return [
    { field: 'salary', before: describeSalary(before), after: `${describeSalary(after)} from ${from}` },
  ];
}

function defaultDay(employee: Employee, now: Date): string {
  return employee.hiredOn > now ? dayOf(employee.hiredOn) : dayOf(now);
}

function requireEmployed({ hiredOn, terminatedOn }: Employee, day: Date): void {
  if (day < hiredOn) throw badInput('salaryEffectiveFrom', `The employee starts on ${dayOf(hiredOn)}.`);
  if (terminatedOn && day > terminatedOn) {
    throw badInput('salaryEffectiveFrom', `The employee left on ${dayOf(terminatedOn)}.`);
  }
}

/** The salary in force on a day. Every employee has one from the first day of work. */
async function salaryBefore(tx: Transaction, employeeId: string, day: Date) {
  return tx.salaryChange.findFirstOrThrow({
    where: { employeeId, effectiveFrom: { lte: day } },
    orderBy: [{ effectiveFrom: 'desc' }, { id: 'desc' }],
  });
}

/** Of two salaries of one day the greater id is in force: it is the newer one's also where another process's clock was ahead. */
function instantAfter(
  before: { effectiveFrom: Date; changedAt: Date },
  effectiveFrom: Date,
  now: Date,
): Date {
  const sameDay = before.effectiveFrom.getTime() === effectiveFrom.getTime();
  return sameDay && before.changedAt >= now ? new Date(before.changedAt.getTime() + 1) : now;
}

function pick({ amountMinor, currency }: Money): Money {
  return { amountMinor, currency };
}

function describeSalary(salary: Money & { unit: PayPeriodUnit }): string {
  return `${describeMoney(salary)} per ${salary.unit.toLowerCase()}`;
}
