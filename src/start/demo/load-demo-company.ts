import { createHash } from 'node:crypto';
import { generatePassword } from '../../accounts/passwords/generate-password.js';
import type { PasswordHasher } from '../../accounts/passwords/passwords.js';
import { usernameKey } from '../../accounts/username.js';
import type { Database, Transaction } from '../../database/database.js';
import type { Role } from '../../generated/schema-types.js';
import type { Clock } from '../../values/clock.js';
import { startOfDay } from '../../values/dates.js';
import { newId } from '../../values/ids.js';
import type { Sealer } from '../../values/sealing.js';
import type { NewAccount } from '../first-admin.js';
import { type DemoEmployee, demoEmployees } from './company.js';
import { demoId } from './demo-id.js';
import { demoPayments } from './payments.js';

/** The demo company cannot be loaded. The message says why in one line. */
export class DemoError extends Error {}

interface DemoDeps {
  database: Database;
  clock: Clock;
  passwords: PasswordHasher;
  vault: Sealer | undefined;
}

/** The demo company before it is written. */
export interface PreparedDemo {
  /**
   * @returns the new users, without those whose name is taken
   * @throws DemoError when the database has employees
   */
  load(tx: Transaction, adminId: string): Promise<NewAccount[]>;
}

/**
 * Prepares the demo company. Its employees, salaries and payments are always the same, with the same ids; only the passwords of
 * its two users are new each time.
 */
export async function prepareDemoCompany(deps: DemoDeps): Promise<PreparedDemo> {
  const accounts = await prepareAccounts(deps);
  const load = async (tx: Transaction, adminId: string) => {
    // A second, concurrent load waits here, and then finds the employees of the first.
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('stipend:demo'))`;
    if ((await tx.employee.findFirst({ select: { id: true } })) !== null) {
      throw new DemoError(
        'The demo company can only be loaded into an empty database, and this one has employees.',
      );
    }
    await insertEmployees(tx, deps.vault, demoEmployees, adminId);
    await tx.payment.createMany({ data: demoPayments(demoEmployees, adminId) });
    // The admin may have the name of one of them.
    const taken = new Set(
      (await tx.user.findMany({ select: { usernameKey: true } })).map(({ usernameKey: key }) => key),
    );
    const free = accounts.filter(({ row }) => !taken.has(row.usernameKey));
    await tx.user.createMany({ data: free.map(({ row }) => row) });
    return free.map(({ account }) => account);
  };
  return { load };
}

/**
 * Loads the demo company into a database that has users.
 *
 * @param announce shows the accounts, before they are committed
 * @throws DemoError when the database has employees, or no admin
 */
export async function loadDemoCompany(
  deps: DemoDeps,
  announce: (accounts: NewAccount[]) => void,
): Promise<void> {
  const { database } = deps;
  const admin = await database.prisma.user.findFirst({ where: { role: 'ADMIN' }, orderBy: { id: 'asc' } });
  if (!admin)
    throw new DemoError('The demo company needs an admin as the issuer of its payments, and none exists.');
  const demo = await prepareDemoCompany(deps);
  await database.transaction(async (tx) => announce(await demo.load(tx, admin.id)));
}

async function insertEmployees(
  tx: Transaction,
  vault: Sealer | undefined,
  employees: DemoEmployee[],
  adminId: string,
): Promise<void> {
  await tx.employee.createMany({
    data: employees.map(({ id, name, title, department, hiredOn, terminatedOn, currency }) => ({
      id,
      name,
      email: emailOf(name),
      title,
      department,
      hiredOn: startOfDay(hiredOn),
      terminatedOn: terminatedOn ? startOfDay(terminatedOn) : null,
      createdAt: startOfDay(hiredOn),
      updatedAt: startOfDay(terminatedOn ?? hiredOn),
      ...(vault && bankAccount(vault, id, name, currency)),
    })),
  });
  await tx.salaryChange.createMany({
    data: employees.flatMap(({ id, hiredOn, salaryMinor, raise, currency, unit }) =>
      [{ effectiveFrom: hiredOn, salaryMinor }, ...(raise ? [raise] : [])].map((change) => ({
        id: demoId(startOfDay(change.effectiveFrom), `salary of ${id}`),
        employeeId: id,
        effectiveFrom: startOfDay(change.effectiveFrom),
        amountMinor: change.salaryMinor,
        currency,
        unit,
        changedById: adminId,
        changedAt: startOfDay(change.effectiveFrom),
      })),
    ),
  });
}

function emailOf(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
  return `${ascii.replace(/[^a-z]+/g, '.')}@example.com`;
}

const bankCountries: Record<string, string> = { EUR: 'DE', USD: 'US', JPY: 'JP', BHD: 'BH' };

function bankAccount(vault: Sealer, employeeId: string, holder: string, currency: string) {
  const digits = BigInt(`0x${createHash('sha256').update(`account of ${employeeId}`).digest('hex')}`);
  const accountNumber = digits.toString().slice(0, 16);
  return {
    bankHolder: holder,
    bankCountry: bankCountries[currency] ?? 'DE',
    bankLastFour: accountNumber.slice(-4),
    bankAccountSealed: vault.seal(accountNumber, employeeId),
  };
}

/** A viewer, and a user who is one of the employees. */
async function prepareAccounts({ clock, passwords }: DemoDeps) {
  const jonas = demoEmployees.find((employee) => employee.name === 'Jonas Weber');
  const users: Array<{ username: string; role: Role; employeeId: string | null }> = [
    { username: 'fernando', role: 'VIEWER', employeeId: null },
    { username: 'jonas', role: 'EMPLOYEE', employeeId: jonas?.id ?? null },
  ];
  const now = clock.now();
  return Promise.all(
    users.map(async ({ username, role, employeeId }) => {
      const generatedPassword = generatePassword();
      const passwordHash = await passwords.hash(generatedPassword);
      const row = {
        id: newId(now),
        username,
        usernameKey: usernameKey(username),
        passwordHash,
        role,
        employeeId,
      };
      return { row, account: { username, role, generatedPassword } };
    }),
  );
}
