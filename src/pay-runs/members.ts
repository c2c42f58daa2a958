import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import { AppError } from '../values/app-error.js';

/**
 * @param field names the ids in an error
 * @throws AppError NOT_FOUND when there is no such employee
 */
export async function addMembers(
  tx: Transaction,
  runId: string,
  employeeIds: readonly string[],
  field: string,
): Promise<void> {
  await requireEmployees(tx, employeeIds, field);
  await setMembers(tx, runId, employeeIds, true);
}

/**
 * What was entered for them goes with them.
 *
 * @param field names the ids in an error
 * @throws AppError NOT_FOUND when there is no such employee
 */
export async function removeMembers(
  tx: Transaction,
  runId: string,
  employeeIds: readonly string[],
  field: string,
): Promise<void> {
  await requireEmployees(tx, employeeIds, field);
  await setMembers(tx, runId, employeeIds, false);
  await rowsWithin(
    tx,
    sql`
    DELETE FROM pay_run_entries WHERE pay_run_id = ${runId}::uuid AND employee_id IN (SELECT unnest(${employeeIds}::uuid[]))`,
  );
}

async function requireEmployees(tx: Transaction, ids: readonly string[], field: string): Promise<void> {
  const found = await rowsWithin<{ id: string }>(
    tx,
    sql`
    SELECT id::text AS id FROM employees WHERE id IN (SELECT unnest(${ids}::uuid[]))`,
  );
  if (found.length < new Set(ids).size) {
    throw new AppError('NOT_FOUND', 'There is no such employee.', { field });
  }
}

async function setMembers(tx: Transaction, runId: string, employeeIds: readonly string[], included: boolean) {
  await rowsWithin(
    tx,
    sql`
    INSERT INTO pay_run_members (pay_run_id, employee_id, included)
    SELECT ${runId}::uuid, id, ${included}::boolean FROM unnest(${employeeIds}::uuid[]) AS wanted (id)
    ON CONFLICT (pay_run_id, employee_id) DO UPDATE SET included = EXCLUDED.included`,
  );
}
