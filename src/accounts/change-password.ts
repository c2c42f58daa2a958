import { recordAuditWithin } from '../audit/audit.js';
import { rowsWithin } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { MutationChangePasswordArgs } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { LoginDeps } from './login.js';
import { parseNewPassword } from './passwords/password-rules.js';
import { revokeSessions } from './sessions/revoke-sessions.js';
import type { SessionCache } from './sessions/session-cache.js';
import {
  type Client,
  insertSession,
  issueTokens,
  newSession,
  type TokenPair,
} from './sessions/start-session.js';
import type { SignedIn } from './viewer.js';

export interface ChangePasswordDeps extends LoginDeps {
  sessions: SessionCache;
}

/**
 * Changes the viewer's password. All sessions of the viewer end, including this one; the tokens are those of a new session.
 *
 * @throws AppError BAD_USER_INPUT on a wrong current password, and on a new one that is too weak
 * @throws AppError RATE_LIMITED after too many failures
 * @throws AppError CONFLICT when the password was changed meanwhile
 */
export async function changePassword(
  deps: ChangePasswordDeps,
  viewer: SignedIn,
  client: Client,
  args: MutationChangePasswordArgs,
): Promise<TokenPair> {
  const user = await deps.database.prisma.user.findUniqueOrThrow({ where: { id: viewer.userId } });
  const newPassword = parseNewPassword(args.newPassword, user.username, 'newPassword');
  if (!(await checkCurrentPassword(deps, viewer, user, args.currentPassword))) {
    recordFailure(deps, viewer, 'login.failed');
    throw new AppError('BAD_USER_INPUT', 'The current password is wrong.', {
      field: 'currentPassword',
      reason: 'WRONG_PASSWORD',
    });
  }
  const passwordHash = await deps.passwords.hash(newPassword);
  const now = deps.clock.now();
  const session = newSession(deps, now);
  const changed = await deps.database.transaction(async (tx) => {
    const [holder] = await tx.user.updateManyAndReturn({
      where: { id: user.id, passwordHash: user.passwordHash, disabledAt: null },
      data: { passwordHash, updatedAt: now },
    });
    if (!holder) throw new AppError('CONFLICT', 'The password was changed meanwhile. Log in again.');
    await revokeSessions(tx, user.id, {}, now);
    await recordAuditWithin(tx, {
      at: now,
      action: 'password.changed',
      actorId: user.id,
      subject: user.id,
      ip: viewer.ip,
    });
    const id = sql`SELECT id FROM users WHERE id = ${user.id}::uuid`;
    await rowsWithin(tx, sql`WITH holder AS (${id}), ${insertSession(session, client, now)} SELECT 1`);
    return holder;
  });
  deps.sessions.dropUser(user.id);
  // The user as of the change: the role may have changed while the password was hashed.
  return issueTokens(deps, changed, session, now);
}

/** Guesses count against the session: attempts to log in do not keep its user from changing the password. */
async function checkCurrentPassword(
  deps: ChangePasswordDeps,
  viewer: SignedIn,
  user: { passwordHash: string },
  password: string,
): Promise<boolean> {
  const guesser = { sessionId: viewer.sessionId };
  try {
    await deps.limits.requireNoWait(guesser);
    const attempt = (matches: () => Promise<boolean>) => deps.limits.attempt(guesser, matches);
    return await deps.passwords.verify(user.passwordHash, password, attempt, {
      isStranger: false,
      signal: deps.signal,
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'RATE_LIMITED')
      recordFailure(deps, viewer, 'login.limited');
    throw error;
  }
}

function recordFailure(
  { refusals }: ChangePasswordDeps,
  { userId, ip }: SignedIn,
  action: 'login.failed' | 'login.limited',
): void {
  refusals.record({ action, actorId: userId, subject: userId, ip });
}
