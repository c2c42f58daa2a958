import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { todayWithin } from '../company/today.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Employee } from '../generated/prisma/client.js';
import type { RehireEmployeeInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { type Day, dayOf, parseDay, startOfDay } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import { parseMoney } from '../values/money.js';
import { describeSalary, insertSalary, type Salary } from './change-salary.js';
import type { EditEmployeeDeps } from './edit-employee.js';
import { lockEmployee } from './lock-employee.js';

/**
 * Begins another employment of somebody who has left, with a salary from its first day on. Salaries that had been set for
 * later days, in the employment before, are not paid in this one.
 *
 * @throws AppError BAD_USER_INPUT on a first day that is not after the last day of the employment before
 * @throws AppError NOT_FOUND when there is no such employee
 * @throws AppError CONFLICT on a stale version, and for somebody who has not left
 */
export async function rehireEmployee(
  { clock, database }: Pick<EditEmployeeDeps, 'clock' | 'database'>,
  viewer: SignedIn,
  input: RehireEmployeeInput,
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const hiredOn = parseDay(input.hiredOn, 'hiredOn');
  const salary = { ...parseMoney(input.salary, 'salary'), unit: input.salaryUnit };
  const now = clock.now();
  await database.transaction(async (tx) => {
    const employee = await lockEmployee(tx, { id, version: input.version });
    await requireLeft(tx, employee, hiredOn, now);
    await tx.employee.update({
      where: { id },
      data: {
        hiredOn: startOfDay(hiredOn),
        terminatedOn: null,
        version: { increment: 1 },
        updatedAt: now,
      },
    });
    await setSalaries(tx, viewer, id, hiredOn, salary, now);
    const changes: AuditChange[] = [
      { field: 'hiredOn', before: dayOf(employee.hiredOn), after: hiredOn },
      { field: 'terminatedOn', before: employee.terminatedOn && dayOf(employee.terminatedOn), after: null },
      { field: 'salary', before: null, after: `${describeSalary(salary)} from ${hiredOn}` },
    ];
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, { at: now, action: 'employee.rehired', actorId, subject: id, changes, ip });
  });
  return { id };
}

async function requireLeft(tx: Transaction, { terminatedOn }: Employee, hiredOn: Day, now: Date) {
  if (!terminatedOn || dayOf(terminatedOn) >= (await todayWithin(tx, now))) {
    throw new AppError('CONFLICT', 'The employee has not left.', { field: 'id' });
  }
  if (hiredOn <= dayOf(terminatedOn)) {
    throw badInput('hiredOn', `The employee left on ${dayOf(terminatedOn)}, which is not before that day.`);
  }
}

/** The history is only added to: on each later day for which a salary had been set, the new one begins anew. */
async function setSalaries(
  tx: Transaction,
  viewer: SignedIn,
  employeeId: string,
  hiredOn: Day,
  salary: Salary,
  now: Date,
): Promise<void> {
  const existing = await rowsWithin<{ day: Day; changedAt: Date }>(
    tx,
    sql`
    SELECT effective_from::text AS day, max(changed_at) AS "changedAt" FROM salary_changes
    WHERE employee_id = ${employeeId}::uuid AND effective_from >= ${hiredOn}::date GROUP BY effective_from`,
  );
  const later = existing.map(({ day }) => day).filter((day) => day !== hiredOn);
  // Of two salaries of one day the newer one is in force, also where another process's clock was ahead.
  const newest = Math.max(now.getTime(), ...existing.map(({ changedAt }) => changedAt.getTime() + 1));
  for (const day of [hiredOn, ...later]) {
    await insertSalary(tx, viewer, employeeId, day, salary, new Date(newest));
  }
}
