import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { EndEmployeeComponentInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { parseDay } from '../values/dates.js';
import { parseId } from '../values/ids.js';
import type { PayRunDeps } from './draft-pay-run.js';
import { asDaysConflict } from './set-employee-component.js';

interface Row {
  employeeId: string;
  from: string;
  to: string | null;
}

/**
 * Ends a component of an employee, on a day that may be in the past: what was paid stays.
 *
 * @throws AppError BAD_USER_INPUT on a day before its first one
 * @throws AppError NOT_FOUND when there is no such component of an employee
 * @throws AppError CONFLICT when the employee has the component on some of the days from a later day on
 */
export async function endEmployeeComponent(
  { clock, database }: PayRunDeps,
  viewer: SignedIn,
  input: EndEmployeeComponentInput,
): Promise<{ id: string }> {
  const id = parseId(input.id, 'id');
  const effectiveTo = parseDay(input.effectiveTo, 'effectiveTo');
  const work = database.transaction(async (tx) => {
    const [found] = await rowsWithin<Row>(
      tx,
      sql`
      SELECT employee_id::text AS "employeeId", effective_from::text AS "from", effective_to::text AS "to"
      FROM employee_components WHERE id = ${id}::uuid FOR UPDATE`,
    );
    if (!found) throw new AppError('NOT_FOUND', 'No employee has such a component.', { field: 'id' });
    if (effectiveTo < found.from) throw badInput('effectiveTo', `It begins on ${found.from}.`);
    if (effectiveTo === found.to) return;
    await rowsWithin(
      tx,
      sql`
      UPDATE employee_components SET effective_to = ${effectiveTo}::date
      WHERE employee_id = ${found.employeeId}::uuid AND id = ${id}::uuid`,
    );
    const { userId: actorId, ip } = viewer;
    const changes = [{ field: 'effectiveTo', before: found.to, after: effectiveTo }];
    const event = { action: 'employee.component_ended', subject: found.employeeId, changes } as const;
    await recordAuditWithin(tx, { ...event, at: clock.now(), actorId, ip });
  });
  await work.catch((error: unknown) => {
    throw asDaysConflict(error);
  });
  return { id };
}
