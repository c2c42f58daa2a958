import { generatePassword } from '../accounts/passwords/generate-password.js';
import type { PasswordHasher } from '../accounts/passwords/passwords.js';
import { usernameKey } from '../accounts/username.js';
import type { Database, Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Prisma } from '../generated/prisma/client.js';
import type { Role } from '../generated/schema-types.js';
import type { Clock } from '../values/clock.js';
import { newId } from '../values/ids.js';
import type { Config } from './config.js';

/** An account that this start has created. */
export interface NewAccount {
  username: string;
  role: Role;
  /** Absent if the operator chose the password. A generated one is shown once and not stored. */
  generatedPassword?: string;
}

/** An account that has not been written yet. Its password is hashed before the transaction. */
export interface PreparedAccount {
  row: Prisma.UserCreateManyInput & { id: string };
  account: NewAccount;
}

/** @returns undefined when the database has users */
export async function prepareFirstAdmin(
  deps: { database: Database; clock: Clock; passwords: PasswordHasher },
  config: Pick<Config, 'adminUsername' | 'adminPassword'>,
): Promise<PreparedAccount | undefined> {
  if ((await deps.database.rows(sql`SELECT 1 FROM users LIMIT 1`)).length > 0) return undefined;
  const generatedPassword = config.adminPassword ? undefined : generatePassword();
  const password = config.adminPassword?.reveal() ?? generatedPassword ?? '';
  const username = config.adminUsername;
  const now = deps.clock.now();
  const row = {
    id: newId(now),
    username,
    usernameKey: usernameKey(username),
    passwordHash: await deps.passwords.hash(password),
    role: 'ADMIN' as const,
    createdAt: now,
    updatedAt: now,
  };
  return {
    row,
    account: { username, role: 'ADMIN', ...(generatedPassword !== undefined && { generatedPassword }) },
  };
}

/** @returns false when another process, started at the same time, has written the admin */
export async function insertFirstAdmin(tx: Transaction, { row }: PreparedAccount): Promise<boolean> {
  const { count } = await tx.user.createMany({ data: row, skipDuplicates: true });
  return count > 0;
}
