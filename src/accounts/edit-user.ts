import { type AuditChange, recordAuditWithin } from '../audit/audit.js';
import { type Database, rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { User as StoredUser } from '../generated/prisma/client.js';
import type { EditUserInput } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { parseId } from '../values/ids.js';
import { parseNewPassword } from './passwords/password-rules.js';
import type { PasswordHasher } from './passwords/passwords.js';
import { revokeSessions } from './sessions/revoke-sessions.js';
import type { SessionCache } from './sessions/session-cache.js';
import type { UserRecord } from './user.js';
import { asUserConflict } from './user-conflict.js';
import type { SignedIn } from './viewer.js';

export interface EditUserDeps {
  clock: Clock;
  database: Database;
  passwords: PasswordHasher;
  sessions: SessionCache;
}

/** The columns that an edit sets. */
type Edit = Partial<Pick<StoredUser, 'role' | 'disabledAt' | 'passwordHash' | 'employeeId'>>;

/**
 * Changes a user. A new role, a new password and being disabled end the user's sessions.
 *
 * @throws AppError BAD_USER_INPUT on null for a field that may not be empty, and on a password that is too weak
 * @throws AppError NOT_FOUND when there is no such user, or no such employee
 * @throws AppError CONFLICT when no admin who can log in would be left, and on an employee who is a user already
 */
export async function editUser(
  deps: EditUserDeps,
  viewer: SignedIn,
  input: EditUserInput,
): Promise<UserRecord> {
  const id = parseId(input.id, 'id');
  const parsed = await parseEdit(deps, id, input);
  const now = deps.clock.now();
  try {
    const user = await deps.database.transaction(async (tx) => {
      // Serializes the edits of users, so that two admins cannot demote each other.
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('stipend:edit-user'))`;
      const before = await tx.user.findUnique({ where: { id } });
      if (!before) throw noSuchUser();
      const edit = changed(before, parsed, now);
      if (Object.keys(edit).length === 0) return before;
      const after = await tx.user.update({ where: { id }, data: { ...edit, updatedAt: now } });
      await requireAnAdmin(tx);
      if (endsSessions(edit)) await revokeSessions(tx, id, {}, now);
      const changes = describe(before, edit);
      await recordAuditWithin(tx, {
        at: now,
        action: 'user.edited',
        actorId: viewer.userId,
        subject: id,
        changes,
        ip: viewer.ip,
      });
      return after;
    });
    deps.sessions.dropUser(id);
    return user;
  } catch (error) {
    throw asUserConflict(error);
  }
}

/** The input, parsed. `disabled` becomes an instant when the user's row is read. */
type ParsedEdit = Omit<Edit, 'disabledAt'> & { disabled?: boolean };

async function parseEdit(
  { database, passwords }: EditUserDeps,
  id: string,
  input: EditUserInput,
): Promise<ParsedEdit> {
  const { role, disabled, newPassword, employeeId } = input;
  for (const field of ['role', 'disabled', 'newPassword'] as const) {
    if (input[field] === null) throw badInput(field, `"${field}" can't be empty.`);
  }
  const edit: ParsedEdit = {};
  if (role != null) edit.role = role;
  if (disabled != null) edit.disabled = disabled;
  if (employeeId !== undefined)
    edit.employeeId = employeeId === null ? null : parseId(employeeId, 'employeeId');
  if (newPassword != null) {
    const user = await database.prisma.user.findUnique({ where: { id }, select: { username: true } });
    if (!user) throw noSuchUser();
    edit.passwordHash = await passwords.hash(parseNewPassword(newPassword, user.username, 'newPassword'));
  }
  return edit;
}

function noSuchUser(): AppError {
  return new AppError('NOT_FOUND', 'There is no such user.', { field: 'id' });
}

/** Only what differs from the row. */
function changed(
  before: StoredUser,
  { role, disabled, passwordHash, employeeId }: ParsedEdit,
  now: Date,
): Edit {
  const edit: Edit = {};
  if (role !== undefined && role !== before.role) edit.role = role;
  if (employeeId !== undefined && employeeId !== before.employeeId) edit.employeeId = employeeId;
  if (disabled !== undefined && disabled !== (before.disabledAt !== null))
    edit.disabledAt = disabled ? now : null;
  if (passwordHash !== undefined) edit.passwordHash = passwordHash;
  return edit;
}

function endsSessions(edit: Edit): boolean {
  return edit.role !== undefined || edit.passwordHash !== undefined || edit.disabledAt instanceof Date;
}

async function requireAnAdmin(tx: Transaction): Promise<void> {
  const [left] = await rowsWithin<{ any: boolean }>(
    tx,
    sql`SELECT EXISTS (SELECT 1 FROM users WHERE role = 'ADMIN' AND disabled_at IS NULL) AS any`,
  );
  if (!left?.any)
    throw new AppError('CONFLICT', 'This is the last admin who can log in. Make another one first.');
}

function describe(before: StoredUser, edit: Edit): AuditChange[] {
  const changes: AuditChange[] = [];
  if (edit.role !== undefined) changes.push({ field: 'role', before: before.role, after: edit.role });
  if (edit.employeeId !== undefined) {
    changes.push({ field: 'employeeId', before: before.employeeId, after: edit.employeeId });
  }
  if (edit.disabledAt !== undefined) {
    const disabled = edit.disabledAt !== null;
    changes.push({ field: 'disabled', before: String(!disabled), after: String(disabled) });
  }
  // Of a password, an audit entry says only that it changed.
  if (edit.passwordHash !== undefined) changes.push({ field: 'password', before: null, after: null });
  return changes;
}
