import { rowsWithin, type Transaction } from '../database/database.js';
import { databaseFault } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import type { Employee } from '../generated/prisma/client.js';
import { AppError } from '../values/app-error.js';

/**
 * Makes changes of one employee, and payments to one, wait for one another, so that each sees what the one before it left.
 *
 * @throws AppError NOT_FOUND when there is no such employee
 * @throws AppError CONFLICT on a stale version
 */
export async function lockEmployee(
  tx: Transaction,
  { id, version }: { id: string; version: number },
): Promise<Employee> {
  await rowsWithin(tx, sql`SELECT id FROM employees WHERE id = ${id}::uuid FOR NO KEY UPDATE`);
  const employee = await tx.employee.findUnique({ where: { id } });
  if (!employee) throw new AppError('NOT_FOUND', 'There is no such employee.', { field: 'id' });
  if (employee.version !== version) {
    throw new AppError('CONFLICT', `The employee is at version ${employee.version} by now. Read it again.`, {
      field: 'version',
    });
  }
  return employee;
}

/** @returns the error to throw in place of one that the database has thrown */
export function asEmployeeConflict(error: unknown): unknown {
  if (databaseFault(error)?.constraint !== 'employees_email_key') return error;
  return new AppError('CONFLICT', 'Another employee has this email address.', {
    field: 'email',
    cause: error,
  });
}
