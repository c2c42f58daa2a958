import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { todayWithin } from '../company/today.js';
import type { Transaction } from '../database/database.js';
import type { Employee } from '../generated/prisma/client.js';
import type { TerminateEmployeeInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { type Day, dayAfter, dayOf, parseDay, startOfDay } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import type { EditEmployeeDeps } from './edit-employee.js';
import { lockEmployee } from './lock-employee.js';
import { markPaidPeriods } from './paid-periods.js';

/**
 * Sets the last day of the newest employment, or takes back one that has not passed. An end within a period whose salary
 * is paid changes no payment, and is marked in the audit entry. What is as it was already counts as no change.
 *
 * @throws AppError BAD_USER_INPUT on a day before the first one
 * @throws AppError NOT_FOUND when there is no such employee
 * @throws AppError CONFLICT on a stale version, and on taking back an end that has passed
 */
export async function terminateEmployee(
  { clock, database }: Pick<EditEmployeeDeps, 'clock' | 'database'>,
  viewer: SignedIn,
  input: TerminateEmployeeInput,
): Promise<{ id: string }> {
  const { version, ...given } = input;
  const id = parseId(given.id, 'id');
  const lastDay = given.terminatedOn == null ? null : parseDay(given.terminatedOn, 'terminatedOn');
  const now = clock.now();
  await database.transaction(async (tx) => {
    const employee = await lockEmployee(tx, { id, version });
    const before = employee.terminatedOn && dayOf(employee.terminatedOn);
    if (lastDay === before) return;
    await requirePossible(tx, employee, lastDay, now);
    await tx.employee.update({
      where: { id },
      data: {
        terminatedOn: lastDay === null ? null : startOfDay(lastDay),
        version: { increment: 1 },
        updatedAt: now,
      },
    });
    const changes: AuditChange[] = [
      { field: 'terminatedOn', before, after: lastDay },
      ...(lastDay === null ? [] : await markPaidPeriods(tx, id, dayAfter(lastDay), null)),
    ];
    const { userId: actorId, ip } = viewer;
    await recordAuditWithin(tx, {
      at: now,
      action: 'employee.terminated',
      ...{ actorId, subject: id, changes, ip },
    });
  });
  return { id };
}

async function requirePossible(
  tx: Transaction,
  { hiredOn, terminatedOn }: Employee,
  lastDay: Day | null,
  now: Date,
): Promise<void> {
  if (lastDay !== null) {
    if (lastDay >= dayOf(hiredOn)) return;
    throw badInput('terminatedOn', `The employee starts on ${dayOf(hiredOn)}, which is later.`);
  }
  if (terminatedOn && dayOf(terminatedOn) < (await todayWithin(tx, now))) {
    throw new AppError('CONFLICT', `The employee left on ${dayOf(terminatedOn)}. Rehire the employee.`, {
      field: 'terminatedOn',
    });
  }
}
