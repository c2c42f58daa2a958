import { type AuditEvent, insertAuditEntry } from '../audit/audit.js';
import type { RefusalLog } from '../audit/refusal-log.js';
import { rowsWithin, withRetry } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { MutationLoginArgs } from '../generated/schema-types.js';
import { AppError, badInput } from '../values/app-error.js';
import { networkOf } from '../values/network.js';
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
  refusals: RefusalLog;
}

const maxUsernameLength = 100;
const maxPasswordLength = 1024;

/**
 * Starts a session for a username and a password. Neither the response nor its timing reveals whether there is such a user,
 * or whether the user is disabled.
 *
 * @throws AppError BAD_USER_INPUT when the name or the password is too long or malformed
 * @throws AppError UNAUTHENTICATED on an unknown name, a wrong password, and a disabled user
 * @throws AppError RATE_LIMITED after too many failures of the account or from the address, and on too many logins at once
 * @throws AppError SERVICE_UNAVAILABLE when nobody waits for the answer any more
 */
export async function login(deps: LoginDeps, client: Client, args: MutationLoginArgs): Promise<TokenPair> {
  const { username, password } = parseCredentials(args);
  const account = await findAccount(deps, client, username);
  const matches = await tryPassword(deps, client, account, { username, password });
  const now = deps.clock.now();
  const session = newSession(deps, now);
  const user = account && matches ? await openSession(deps, client, account, session, now) : undefined;
  if (!user) {
    record(deps, client, 'login.failed', account);
    throw new AppError('UNAUTHENTICATED', 'The username or the password is wrong.');
  }
  return issueTokens(deps, user, session, now);
}

interface Account {
  id: string;
  passwordHash: string;
  isDisabled: boolean;
  /** Whether the user has logged in from the client's network before, in a session that is still stored. */
  isKnownAddress: boolean;
}

// Not by Prisma, like everything that precedes the check of a password: anybody can send any number of logins.
async function findAccount(
  { database }: LoginDeps,
  { ip }: Client,
  username: string,
): Promise<Account | undefined> {
  const [account] = await database.rows<Account>(sql`
    SELECT id, password_hash AS "passwordHash", disabled_at IS NOT NULL AS "isDisabled",
      EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id AND s.network = ${networkOf(ip)}) AS "isKnownAddress"
    FROM users WHERE username_key = ${usernameKey(username)}`);
  return account;
}

/**
 * Writes the session and its audit entry in one statement, which locks the user: a user who was disabled or got another
 * password during the login gets no session.
 *
 * @returns undefined, with nothing written, if the user may not log in, or no longer with that password
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
  if (username.length > maxUsernameLength) throw badInput('username', '"username" is too long.');
  if (password.length > maxPasswordLength) throw badInput('password', '"password" is too long.');
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
  const guesser = {
    account: usernameKey(username),
    ip: client.ip,
    isKnownAddress: account?.isKnownAddress === true,
  };
  try {
    await deps.limits.requireNoWait(guesser);
    // A disabled user's password counts as wrong, so that nobody learns that it is right.
    const isRight = async (matches: () => Promise<boolean>) =>
      (await matches()) && account?.isDisabled === false;
    return await deps.passwords.verify(
      account?.passwordHash,
      password,
      (matches) => deps.limits.attempt(guesser, () => isRight(matches)),
      { isStranger: !guesser.isKnownAddress, signal: deps.signal },
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'RATE_LIMITED')
      record(deps, client, 'login.limited', account);
    throw error;
  }
}

/** Without an actor: nobody has proven who made this attempt. */
function record(
  { refusals }: LoginDeps,
  { ip }: Client,
  action: 'login.failed' | 'login.limited',
  account: Account | undefined,
): void {
  refusals.record({ action, actorId: null, subject: account?.id ?? null, ip });
}
