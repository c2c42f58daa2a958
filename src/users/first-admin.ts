import type { PasswordHasher } from '../auth/passwords.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import type { Database } from '../database/database.js';
import type { Role } from '../generated/resolvers-types.js';
import { newId } from '../ids.js';
import { generatePassword } from './generate-password.js';
import { usernameKey } from './username.js';

/** An account that was just made. */
export interface NewAccount {
  username: string;
  role: Role;
  /** Only where it was generated: it is shown once and kept nowhere. */
  generatedPassword?: string;
}

/**
 * Gives a database without users its first admin.
 *
 * @returns the account, or undefined when there were users already
 */
export async function createFirstAdmin(
  deps: { database: Database; clock: Clock; passwords: PasswordHasher },
  config: Pick<Config, 'adminUsername' | 'adminPassword'>,
): Promise<NewAccount | undefined> {
  const { prisma } = deps.database;
  if ((await prisma.user.findFirst({ select: { id: true } })) !== null) return undefined;
  const generatedPassword = config.adminPassword ? undefined : generatePassword();
  const password = config.adminPassword?.reveal() ?? generatedPassword ?? '';
  const username = config.adminUsername;
  const now = deps.clock.now();
  // Of processes that start together on a new database, one makes the admin: the name is unique.
  const { count } = await prisma.user.createMany({
    data: {
      id: newId(now),
      username,
      usernameKey: usernameKey(username),
      passwordHash: await deps.passwords.hash(password),
      role: 'ADMIN',
      createdAt: now,
      updatedAt: now,
    },
    skipDuplicates: true,
  });
  if (count === 0) return undefined;
  return { username, role: 'ADMIN', ...(generatedPassword !== undefined && { generatedPassword }) };
}
