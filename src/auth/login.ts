import { type AuditAction, recordAudit } from '../audit/audit.js';
import { rowsWithin, sql } from '../database/database.js';
import { AppError, badInput } from '../errors.js';
import type { MutationLoginArgs } from '../generated/resolvers-types.js';
import { requireWellFormed } from '../text.js';
import { type User, userColumns } from '../users/user.js';
import { usernameKey } from '../users/username.js';
import type { LoginLimits } from './login-limits.js';
import type { PasswordHasher } from './passwords.js';
import {
  type Client,
  insertSession,
  issueTokens,
  type NewSession,
  type SessionDeps,
  type TokenPair,
} from './sessions/start-session.js';

export interface LoginDeps extends SessionDeps {
  passwords: PasswordHasher;
  limits: LoginLimits;
}

const longestUsername = 100;
const longestPassword = 1024;

/**
 * Trades a name and a password for a session and its tokens. Nobody learns from the answer, nor from the time it takes,
 * whether there is such a user or whether that user is disabled.
 *
 * @throws AppError BAD_USER_INPUT on what no name or password can be
 * @throws AppError UNAUTHENTICATED on an unknown name, a wrong password, and a disabled user
 * @throws AppError RATE_LIMITED after too many failures, of the account or from the address, and when too many log in at once
 */
export async function login(deps: LoginDeps, client: Client, args: MutationLoginArgs): Promise<TokenPair> {
  const { username, password } = parseCredentials(args);
  const user = await deps.database.prisma.user.findUnique({ where: { usernameKey: usernameKey(username) } });
  const subject = user?.id ?? null;
  const matches = await tryPassword(deps, client, user, { username, password });
  const now = deps.clock.now();
  const opened = user && matches ? await openSession(deps, client, user, now) : undefined;
  if (!opened) {
    await record(deps, client, 'login.failed', subject);
    throw new AppError('UNAUTHENTICATED', 'The username or the password is wrong.');
  }
  return issueTokens(deps, opened.user, opened.session, now);
}

/**
 * Holds the user still meanwhile: whoever was disabled, or given another password, while the password was looked at gets
 * no session that would outlive that.
 *
 * @returns undefined when the user may not log in, or no longer by that password
 */
async function openSession(
  deps: LoginDeps,
  client: Client,
  { id, passwordHash }: { id: string; passwordHash: string },
  now: Date,
): Promise<{ user: User; session: NewSession } | undefined> {
  return deps.database.transaction(async (tx) => {
    const [user] = await rowsWithin<User>(
      tx,
      sql`
      SELECT ${userColumns} FROM users
      WHERE id = ${id}::uuid AND password_hash = ${passwordHash} AND disabled_at IS NULL FOR SHARE`,
    );
    if (!user) return undefined;
    const session = await insertSession(tx, deps, client, id, now);
    await recordAudit(tx, {
      at: now,
      action: 'login.succeeded',
      actorId: id,
      subject: session.sessionId,
      ip: client.ip,
    });
    return { user, session };
  });
}

function parseCredentials({ username, password }: MutationLoginArgs): MutationLoginArgs {
  if (username.length > longestUsername) throw badInput('username', '"username" is too long.');
  if (password.length > longestPassword) throw badInput('password', '"password" is too long.');
  return {
    username: requireWellFormed(username, 'username'),
    password: requireWellFormed(password, 'password'),
  };
}

async function tryPassword(
  deps: LoginDeps,
  client: Client,
  user: { id: string; passwordHash: string; disabledAt: Date | null } | null,
  { username, password }: MutationLoginArgs,
): Promise<boolean> {
  const account = usernameKey(username);
  try {
    await deps.limits.requireNoWait(account, client.ip);
    return await deps.passwords.verify(user?.passwordHash, password, (matches) =>
      // A disabled user's right password counts as a wrong one: nobody is told that it is right.
      deps.limits.attempt(account, client.ip, async () => (await matches()) && user?.disabledAt === null),
    );
  } catch (error) {
    if (error instanceof AppError) await record(deps, client, 'login.limited', user?.id ?? null);
    throw error;
  }
}

/** A try that nobody has proven to have made: without an actor. */
function record(deps: LoginDeps, { ip }: Client, action: AuditAction, subject: string | null): Promise<void> {
  return recordAudit(deps.database.prisma, { at: deps.clock.now(), action, actorId: null, subject, ip });
}
