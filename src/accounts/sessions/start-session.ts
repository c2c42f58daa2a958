import type { KeyObject } from 'node:crypto';
import type { Database } from '../../database/database.js';
import { parameter, type Sql, sql } from '../../database/sql.js';
import type { Clock } from '../../values/clock.js';
import { newId } from '../../values/ids.js';
import { networkOf } from '../../values/network.js';
import type { LiveKeyRing } from '../keys/live-key-ring.js';
import { signAccessToken, type TokenOptions } from '../tokens/tokens.js';
import type { UserRecord } from '../user.js';
import { type SessionLifetime, secondsAfter } from './live-session.js';
import { firstRefreshToken, hashRefreshToken } from './refresh-tokens.js';

export interface SessionDeps {
  clock: Clock;
  database: Database;
  keyRing: LiveKeyRing;
  tokens: TokenOptions;
  tokenTtlSeconds: number;
  lifetime: SessionLifetime;
  refreshKey: KeyObject;
}

/** Where a request comes from. */
export interface Client {
  ip: string | null;
  userAgent: string | null;
}

/** The result of a login or a refresh. */
export interface TokenPair {
  sessionId: string;
  token: string;
  expiresAt: Date;
  /** In seconds, for clients whose clock is wrong. */
  expiresIn: number;
  refreshToken: string;
  refreshExpiresAt: Date;
  user: UserRecord;
}

const maxUserAgentLength = 255;

/** A session that has not been written yet. */
export interface NewSession {
  sessionId: string;
  sessionExpiresAt: Date;
  refreshToken: string;
}

export function newSession({ lifetime }: Pick<SessionDeps, 'lifetime'>, now: Date): NewSession {
  return {
    sessionId: newId(now),
    sessionExpiresAt: secondsAfter(now, lifetime.maxAgeSeconds),
    refreshToken: firstRefreshToken(),
  };
}

/** The parts of a WITH that write a session and its first refresh token for the user in `holder`, or nothing if that is empty. */
export function insertSession(
  { sessionId, sessionExpiresAt, refreshToken }: NewSession,
  { ip, userAgent }: Client,
  now: Date,
): Sql {
  const id = parameter(sessionId);
  const instant = parameter(now.toISOString());
  return sql`
    session AS (
      INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, ip, network, user_agent)
      SELECT ${id}::uuid, holder.id, ${instant}::timestamptz, ${instant}::timestamptz,
        ${sessionExpiresAt.toISOString()}::timestamptz, ${ip}::text, ${networkOf(ip)}::text,
        ${userAgent?.slice(0, maxUserAgentLength) ?? null}::text
      FROM holder
    ),
    refresh_token AS (
      INSERT INTO refresh_tokens (hash, session_id, created_at)
      SELECT ${hashRefreshToken(refreshToken)}::bytea, ${id}::uuid, ${instant}::timestamptz FROM holder
    )`;
}

/** Signs an access token for a session. */
export async function issueTokens(
  deps: SessionDeps,
  user: UserRecord,
  { sessionId, sessionExpiresAt, refreshToken }: NewSession,
  now: Date,
): Promise<TokenPair> {
  const iat = Math.floor(now.getTime() / 1000);
  const exp = Math.min(iat + deps.tokenTtlSeconds, Math.floor(sessionExpiresAt.getTime() / 1000));
  const token = await signAccessToken(deps.tokens, deps.keyRing.current, {
    sub: user.id,
    iat,
    nbf: iat,
    exp,
    jti: newId(now),
    sid: sessionId,
    username: user.username,
    admin: user.role === 'ADMIN',
  });
  const idleEnd = secondsAfter(now, deps.lifetime.idleSeconds);
  const refreshExpiresAt = idleEnd < sessionExpiresAt ? idleEnd : sessionExpiresAt;
  return {
    sessionId,
    token,
    expiresAt: new Date(exp * 1000),
    expiresIn: Math.max(0, exp - iat),
    refreshToken,
    refreshExpiresAt,
    user,
  };
}
