import type { SignedIn } from '../accounts/viewer.js';
import { recordAuditWithin } from '../audit/audit.js';
import type { HireEmployeeInput } from '../generated/schema-types.js';
import { accountColumns, describeAccount, parseBankAccount, requireVault } from '../values/bank-account.js';
import { parseDay, startOfDay } from '../values/dates.js';
import { newId } from '../values/ids.js';
import { parseMoney } from '../values/money.js';
import { parseText } from '../values/text.js';
import { describeSalary, insertSalary } from './change-salary.js';
import type { EditEmployeeDeps } from './edit-employee.js';
import { asEmployeeConflict } from './lock-employee.js';
import { longestName, parseEmail } from './parse-employee-edit.js';

/**
 * Adds an employee, with an employment and a salary from its first day on.
 *
 * @returns the new employee's id
 * @throws AppError BAD_USER_INPUT on a field that can't be so
 * @throws AppError CONFLICT on an email address that somebody else has
 * @throws AppError SERVICE_UNAVAILABLE on an account number where the server has no DATA_KEY
 */
export async function hireEmployee(
  { clock, database, vault }: EditEmployeeDeps,
  viewer: SignedIn,
  input: HireEmployeeInput,
): Promise<{ id: string }> {
  const now = clock.now();
  const id = newId(now);
  const { hiredOn, salary, account, ...texts } = parseHire(input);
  const bank =
    account && accountColumns(account, (number) => requireVault(vault, 'bankAccount').seal(number, id));
  const changes = [
    ...Object.entries({ ...texts, hiredOn, salary: describeSalary(salary) }),
    ...(bank ? [['bankAccount', describeAccount(bank)] as const] : []),
  ].map(([field, after]) => ({ field, before: null, after }));
  try {
    await database.transaction(async (tx) => {
      const days = { hiredOn: startOfDay(hiredOn), createdAt: now, updatedAt: now };
      await tx.employee.create({ data: { id, ...texts, ...days, ...bank } });
      await insertSalary(tx, viewer, id, hiredOn, salary, now);
      const { userId: actorId, ip } = viewer;
      await recordAuditWithin(tx, { at: now, action: 'employee.hired', actorId, subject: id, changes, ip });
    });
  } catch (error) {
    throw asEmployeeConflict(error);
  }
  return { id };
}

function parseHire(input: HireEmployeeInput) {
  return {
    name: parseText(input.name, 'name', longestName),
    email: parseEmail(input.email),
    title: parseText(input.title, 'title', longestName),
    department: parseText(input.department, 'department', longestName),
    hiredOn: parseDay(input.hiredOn, 'hiredOn'),
    salary: { ...parseMoney(input.salary, 'salary'), unit: input.salaryUnit },
    account: input.bankAccount ? parseBankAccount(input.bankAccount, 'bankAccount') : null,
  };
}
