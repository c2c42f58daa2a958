import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { Database } from '../database/database.js';
import { AppError, badInput } from '../errors.js';
import type { MutationLoginArgs } from '../generated/resolvers-types.js';
import { newId } from '../ids.js';
import { requireWellFormed } from '../text.js';
import type { User } from '../users/user.js';
import { usernameKey } from '../users/username.js';
import type { PasswordHasher } from './passwords.js';
import { signAccessToken, type TokenOptions } from './tokens.js';

export interface LoginDeps {
  clock: Clock;
  database: Database;
  passwords: PasswordHasher;
  tokens: TokenOptions;
  tokenTtlSeconds: number;
  sessionMaxAgeSeconds: number;
}

/** Where a login comes from, as far as the connection tells. */
export interface Client {
  ip: string | null;
  userAgent: string | null;
}

export interface LoginResult {
  token: string;
  expiresAt: Date;
  refreshToken: string;
  refreshExpiresAt: Date;
  user: User;
}

const longestUsername = 100;
const longestPassword = 1024;
const longestUserAgent = 255;

/**
 * Trades a name and a password for a session and its tokens. Nobody learns from the answer, nor from the time it takes,
 * whether there is such a user or whether that user is disabled.
 *
 * @throws AppError BAD_USER_INPUT on what no name or password can be
 * @throws AppError UNAUTHENTICATED on an unknown name, a wrong password, and a disabled user
 * @throws AppError SERVICE_UNAVAILABLE when too many log in at once
 */
export async function login(deps: LoginDeps, client: Client, args: MutationLoginArgs): Promise<LoginResult> {
  const { username, password } = parseCredentials(args);
  const user = await deps.database.prisma.user.findUnique({ where: { usernameKey: usernameKey(username) } });
  const matches = await deps.passwords.verify(user?.passwordHash, password);
  if (!user || !matches || user.disabledAt) {
    throw new AppError('UNAUTHENTICATED', 'The username or the password is wrong.');
  }
  return startSession(deps, client, user);
}

function parseCredentials({ username, password }: MutationLoginArgs): MutationLoginArgs {
  if (username.length > longestUsername) throw badInput('username', '"username" is too long.');
  if (password.length > longestPassword) throw badInput('password', '"password" is too long.');
  return {
    username: requireWellFormed(username, 'username'),
    password: requireWellFormed(password, 'password'),
  };
}

async function startSession(deps: LoginDeps, client: Client, user: User): Promise<LoginResult> {
  const now = deps.clock.now();
  const sessionId = newId(now);
  const refreshExpiresAt = secondsAfter(now, deps.sessionMaxAgeSeconds);
  const refreshToken = randomBytes(32).toString('base64url');
  await deps.database.prisma.session.create({
    data: {
      id: sessionId,
      userId: user.id,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: refreshExpiresAt,
      ip: client.ip,
      userAgent: client.userAgent?.slice(0, longestUserAgent) ?? null,
      refreshTokens: {
        create: { hash: hashRefreshToken(refreshToken), createdAt: now, expiresAt: refreshExpiresAt },
      },
    },
  });
  return { ...issueAccessToken(deps, user, sessionId, now), refreshToken, refreshExpiresAt, user };
}

function issueAccessToken(
  deps: LoginDeps,
  user: User,
  sessionId: string,
  now: Date,
): { token: string; expiresAt: Date } {
  const iat = Math.floor(now.getTime() / 1000);
  const exp = iat + deps.tokenTtlSeconds;
  const token = signAccessToken(deps.tokens, {
    sub: user.id,
    iat,
    nbf: iat,
    exp,
    jti: newId(now),
    sid: sessionId,
    username: user.username,
    admin: user.role === 'ADMIN',
  });
  return { token, expiresAt: new Date(exp * 1000) };
}

/** A refresh token has 256 random bits: a plain hash is enough to keep it by. */
function hashRefreshToken(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

function secondsAfter(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}
