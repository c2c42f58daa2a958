import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import type { Database, Transaction } from '../database/database.js';
import type { Employee } from '../generated/prisma/client.js';
import type { EditEmployeeInput } from '../generated/schema-types.js';
import { changeAccount, requireVault } from '../values/bank-account.js';
import type { Clock } from '../values/clock.js';
import type { Sealer } from '../values/sealing.js';
import { changeSalary } from './change-salary.js';
import { asEmployeeConflict, lockEmployee } from './lock-employee.js';
import { type EmployeeEdit, parseEmployeeEdit } from './parse-employee-edit.js';

export interface EditEmployeeDeps {
  clock: Clock;
  database: Database;
  vault: Sealer | undefined;
}

/**
 * Changes an employee's record. What is as it was already counts as no change; without any, the version stays.
 *
 * @throws AppError BAD_USER_INPUT on a field that can't be so
 * @throws AppError NOT_FOUND when there is no such employee
 * @throws AppError CONFLICT on a stale version, and on an email address that somebody else has
 * @throws AppError SERVICE_UNAVAILABLE on an account number where the server has no DATA_KEY
 */
export async function editEmployee(
  deps: EditEmployeeDeps,
  viewer: SignedIn,
  input: EditEmployeeInput,
): Promise<{ id: string }> {
  const edit = parseEmployeeEdit(input);
  if (edit.bankAccount) requireVault(deps.vault, 'bankAccount');
  const now = deps.clock.now();
  try {
    await deps.database.transaction(async (tx) => {
      const employee = await lockEmployee(tx, edit);
      const changes = [
        ...(await changeRecord(tx, deps.vault, employee, edit)),
        ...(await changeSalary(tx, viewer, employee, edit, now)),
      ];
      if (changes.length === 0) return;
      await tx.employee.update({
        where: { id: employee.id },
        data: { version: { increment: 1 }, updatedAt: now },
      });
      const { userId: actorId, ip } = viewer;
      await recordAuditWithin(tx, {
        at: now,
        action: 'employee.edited',
        actorId,
        subject: employee.id,
        changes,
        ip,
      });
    });
  } catch (error) {
    throw asEmployeeConflict(error);
  }
  return { id: edit.id };
}

async function changeRecord(
  tx: Transaction,
  vault: Sealer | undefined,
  employee: Employee,
  edit: EmployeeEdit,
): Promise<AuditChange[]> {
  const fields = ['name', 'email', 'title', 'department'] as const;
  const changed = fields.filter((field) => edit[field] !== undefined && edit[field] !== employee[field]);
  const changes = changed.map((field) => ({ field, before: employee[field], after: edit[field] ?? null }));
  const data = Object.fromEntries(changed.map((field) => [field, edit[field]]));
  const account = changeAccount(employee, edit.bankAccount, 'bankAccount', (number) =>
    requireVault(vault, 'bankAccount').seal(number, employee.id),
  );
  if (changes.length > 0 || account) {
    await tx.employee.update({ where: { id: employee.id }, data: { ...data, ...account?.data } });
  }
  return account ? [...changes, account.change] : changes;
}
