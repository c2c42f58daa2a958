import type { SignedIn } from '../accounts/viewer.js';
import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { type Database, rowsWithin, type Transaction } from '../database/database.js';
import { databaseFault } from '../database/database-errors.js';
import { sql } from '../database/sql.js';
import type { Employee } from '../generated/prisma/client.js';
import type { EditEmployeeInput } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import type { Sealer } from '../values/sealing.js';
import { requireVault } from './bank-account.js';
import { changeSalary } from './change-salary.js';
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
  if (edit.bankAccount) requireVault(deps.vault);
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
    if (databaseFault(error)?.constraint !== 'employees_email_key') throw error;
    throw new AppError('CONFLICT', 'Another employee has this email address.', {
      field: 'email',
      cause: error,
    });
  }
  return { id: edit.id };
}

/** Makes edits of one employee wait for one another, so that each sees the version that the one before it left. */
async function lockEmployee(tx: Transaction, { id, version }: EmployeeEdit): Promise<Employee> {
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
  const account = changeAccount(vault, employee, edit);
  if (changes.length > 0 || account) {
    await tx.employee.update({ where: { id: employee.id }, data: { ...data, ...account?.data } });
  }
  return account ? [...changes, account.change] : changes;
}

function changeAccount(vault: Sealer | undefined, employee: Employee, { bankAccount }: EmployeeEdit) {
  if (bankAccount === undefined || (bankAccount === null && employee.bankLastFour === null)) return undefined;
  const before = describeAccount(employee.bankHolder, employee.bankCountry, employee.bankLastFour);
  if (bankAccount === null) {
    const data = { bankHolder: null, bankCountry: null, bankLastFour: null, bankAccountSealed: null };
    return { data, change: { field: 'bankAccount', before, after: null } };
  }
  const { holder, country, lastFour, accountNumber } = bankAccount;
  const data = {
    bankHolder: holder,
    bankCountry: country,
    bankLastFour: lastFour,
    bankAccountSealed: requireVault(vault).seal(accountNumber, employee.id),
  };
  return {
    data,
    change: { field: 'bankAccount', before, after: describeAccount(holder, country, lastFour) },
  };
}

/** Also for the audit trail, no more of the number than its last four characters. */
function describeAccount(
  holder: string | null,
  country: string | null,
  lastFour: string | null,
): string | null {
  return lastFour === null ? null : `${holder}, ${country}, …${lastFour}`;
}
