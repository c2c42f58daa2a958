import { recordAuditWithin } from '../audit/audit.js';
import type { Database } from '../database/database.js';
import type { CreateUserInput } from '../generated/schema-types.js';
import type { Clock } from '../values/clock.js';
import { newId, parseId } from '../values/ids.js';
import { parseNewPassword } from './passwords/password-rules.js';
import type { PasswordHasher } from './passwords/passwords.js';
import type { UserRecord } from './user.js';
import { asUserConflict } from './user-conflict.js';
import { parseUsername, usernameKey } from './username.js';
import type { SignedIn } from './viewer.js';

export interface CreateUserDeps {
  clock: Clock;
  database: Database;
  passwords: PasswordHasher;
}

/**
 * Creates a user.
 *
 * @throws AppError BAD_USER_INPUT on an invalid name, and on a password that is too weak
 * @throws AppError CONFLICT on a name that is taken, in whatever case and width, and on an employee who is a user already
 * @throws AppError NOT_FOUND when there is no such employee
 */
export async function createUser(
  deps: CreateUserDeps,
  viewer: SignedIn,
  input: CreateUserInput,
): Promise<UserRecord> {
  const username = parseUsername(input.username, 'username');
  const password = parseNewPassword(input.password, username, 'password');
  const employeeId = input.employeeId == null ? null : parseId(input.employeeId, 'employeeId');
  const passwordHash = await deps.passwords.hash(password);
  const now = deps.clock.now();
  const user = { id: newId(now), username, role: input.role, employeeId, disabledAt: null };
  try {
    await deps.database.transaction(async (tx) => {
      await tx.user.create({
        data: { ...user, usernameKey: usernameKey(username), passwordHash, createdAt: now, updatedAt: now },
      });
      await recordAuditWithin(tx, {
        at: now,
        action: 'user.created',
        actorId: viewer.userId,
        subject: user.id,
        changes: [
          { field: 'username', before: null, after: username },
          { field: 'role', before: null, after: input.role },
          ...(employeeId ? [{ field: 'employeeId', before: null, after: employeeId }] : []),
        ],
        ip: viewer.ip,
      });
    });
  } catch (error) {
    throw asUserConflict(error);
  }
  return user;
}
