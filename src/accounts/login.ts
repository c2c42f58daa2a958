import { type AuditAction, type AuditEvent, insertAuditEntry, recordAudit } from '../audit/audit.js';
import { rowsWithin, withRetry } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { MutationLoginArgs } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { requireWellFormed } from '../values/text.js';
import type { LoginLimits } from './login-limits.js';
import type { PasswordHasher } from './passwords/passwords.js';
import {
  type Client,
  insertSession,
  issueTokens,
  type NewSession,
  newSession,
  type SessionDeps,
  type TokenPair,
} from './sessions/start-session.js';
import { type UserRecord, userColumns } from './user.js';
import { usernameKey } from './username.js';

export interface LoginDeps extends SessionDeps {
  passwords: PasswordHasher;
  limits: LoginLimits;
  /** Aborted when nobody waits for the answer any more: the password is not checked then. */
  signal: AbortSignal;
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
 * @throws AppError SERVICE_UNAVAILABLE when nobody waits for the answer any more
 */
export async function login(deps: LoginDeps, client: Client, args: MutationLoginArgs): Promise<TokenPair> {
  const { username, password } = parseCredentials(args);
  const account = await findAccount(deps, username);
  const matches = await tryPassword(deps, client, account, { username, password });
  const now = deps.clock.now();
  const session = newSession(deps, now);
  const user = account && matches ? await openSession(deps, client, account, session, now) : undefined;
  if (!user) {
    await record(deps, client, 'login.failed', account);
    throw new AppError('UNAUTHENTICATED', 'The username or the password is wrong.');
  }
  return issueTokens(deps, user, session, now);
}

/** What a login is held against. */
interface Account {
  id: string;
  passwordHash: string;
  isDisabled: boolean;
}

// As with all that is done before a password is found right, past Prisma: anybody may ask for it, as often as they can.
async function findAccount({ database }: LoginDeps, username: string): Promise<Account | undefined> {
  const [account] = await database.rows<Account>(sql`
    SELECT id, password_hash AS "passwordHash", disabled_at IS NOT NULL AS "isDisabled"
    FROM users WHERE username_key = ${usernameKey(username)}`);
  return account;
}

/**
 * Writes the session, and that there was a login, by one statement. It holds the user still meanwhile: whoever was disabled, or
 * given another password, while the password was looked at gets no session that would outlive that.
 *
 * @returns undefined, with nothing written, when the user may not log in, or no longer by that password
 */
async function openSession(
  { database }: LoginDeps,
  client: Client,
  { id, passwordHash }: Account,
  session: NewSession,
  now: Date,
): Promise<UserRecord | undefined> {
  const event: AuditEvent = {
    at: now,
    action: 'login.succeeded',
    actorId: id,
    subject: session.sessionId,
    ip: client.ip,
  };
  const statement = sql`
    WITH holder AS (
      SELECT * FROM users
      WHERE id = ${id}::uuid AND password_hash = ${passwordHash} AND disabled_at IS NULL FOR SHARE
    ),
    ${insertSession(session, client, now)},
    audited AS (${insertAuditEntry(event, sql`FROM holder`)})
    SELECT ${userColumns} FROM holder`;
  const [user] = await withRetry(() => rowsWithin<UserRecord>(database.prisma, statement));
  return user;
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
  account: Account | undefined,
  { username, password }: MutationLoginArgs,
): Promise<boolean> {
  const name = usernameKey(username);
  try {
    await deps.limits.requireNoWait(name, client.ip);
    // A disabled user's right password counts as a wrong one: nobody is told that it is right.
    const isRight = async (matches: () => Promise<boolean>) =>
      (await matches()) && account?.isDisabled === false;
    return await deps.passwords.verify(
      account?.passwordHash,
      password,
      (matches) => deps.limits.attempt(name, client.ip, () => isRight(matches)),
      deps.signal,
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'RATE_LIMITED')
      await record(deps, client, 'login.limited', account);
    throw error;
  }
}

/** A try that nobody has proven to have made: without an actor. */
function record(
  { database, clock }: LoginDeps,
  { ip }: Client,
  action: AuditAction,
  account: Account | undefined,
): Promise<void> {
  return recordAudit(database, { at: clock.now(), action, actorId: null, subject: account?.id ?? null, ip });
}
