import { type AuditAction, recordAudit } from '../audit/audit.js';
import { AppError, badInput } from '../errors.js';
import type { MutationLoginArgs } from '../generated/resolvers-types.js';
import { requireWellFormed } from '../text.js';
import { usernameKey } from '../users/username.js';
import type { LoginLimits } from './login-limits.js';
import type { PasswordHasher } from './passwords.js';
import {
  type Client,
  insertSession,
  issueTokens,
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
  const account = usernameKey(username);
  const user = await deps.database.prisma.user.findUnique({ where: { usernameKey: account } });
  const subject = user?.id ?? null;
  await requireUnlimited(deps, client, account, subject);
  const matches = await deps.passwords.verify(user?.passwordHash, password);
  if (!user || !matches || user.disabledAt) {
    await deps.limits.addressFailed(client.ip);
    await record(deps, client, 'login.failed', subject);
    throw new AppError('UNAUTHENTICATED', 'The username or the password is wrong.');
  }
  await deps.limits.accountSucceeded(account);
  const now = deps.clock.now();
  const session = await deps.database.transaction(async (tx) => {
    const inserted = await insertSession(tx, deps, client, user.id, now);
    const { sessionId } = inserted;
    await recordAudit(tx, {
      at: now,
      action: 'login.succeeded',
      actorId: user.id,
      subject: sessionId,
      ip: client.ip,
    });
    return inserted;
  });
  return issueTokens(deps, user, session, now);
}

function parseCredentials({ username, password }: MutationLoginArgs): MutationLoginArgs {
  if (username.length > longestUsername) throw badInput('username', '"username" is too long.');
  if (password.length > longestPassword) throw badInput('password', '"password" is too long.');
  return {
    username: requireWellFormed(username, 'username'),
    password: requireWellFormed(password, 'password'),
  };
}

async function requireUnlimited(
  deps: LoginDeps,
  client: Client,
  account: string,
  subject: string | null,
): Promise<void> {
  try {
    await deps.limits.beforeAddress(client.ip);
    await deps.limits.beforeAccount(account);
  } catch (error) {
    if (error instanceof AppError) await record(deps, client, 'login.limited', subject);
    throw error;
  }
}

/** A try that nobody has proven to have made: without an actor. */
function record(deps: LoginDeps, { ip }: Client, action: AuditAction, subject: string | null): Promise<void> {
  return recordAudit(deps.database.prisma, { at: deps.clock.now(), action, actorId: null, subject, ip });
}
