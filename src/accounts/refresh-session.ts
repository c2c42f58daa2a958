import { recordAuditWithin } from '../audit/audit.js';
import type { RefusalLog } from '../audit/refusal-log.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { parameter, sql } from '../database/sql.js';
import type { Logger } from '../telemetry/log.js';
import { AppError, type Reason } from '../values/app-error.js';
import { secondsBefore } from './sessions/live-session.js';
import { hashRefreshToken, isRefreshToken, successorOf } from './sessions/refresh-tokens.js';
import { revokeSessions } from './sessions/revoke-sessions.js';
import type { SessionCache } from './sessions/session-cache.js';
import {
  type Client,
  issueTokens,
  type NewSession,
  type SessionDeps,
  type TokenPair,
} from './sessions/start-session.js';
import type { UserRecord } from './user.js';

export interface RefreshDeps extends SessionDeps {
  sessions: SessionCache;
  /** How long a traded token is accepted again while its successor has not been used: the response may have been lost. */
  refreshGraceSeconds: number;
  refusals: RefusalLog;
  log: Logger;
}

type Outcome =
  | { kind: 'traded'; user: UserRecord; session: NewSession }
  /** The session has just been ended. */
  | { kind: 'reused'; sessionId: string; userId: string }
  /** Without a reason, the answer is that to a stranger. */
  | { kind: 'refused'; reason?: Reason };

/**
 * Trades a refresh token for new tokens. A token whose successor has been used, or that was traded long ago, has been
 * stolen: its session ends (RFC 9700 section 4.14.2).
 *
 * A failure counts against nobody: a token of 256 bits cannot be guessed, and the dead tokens of one client must not keep
 * others at its address from logging in.
 *
 * @throws AppError UNAUTHENTICATED on anything that is not a refresh token of a live session
 */
export async function refreshSession(
  deps: RefreshDeps,
  client: Client,
  refreshToken: string,
): Promise<TokenPair> {
  const now = deps.clock.now();
  const outcome: Outcome = (await isStored(deps, refreshToken))
    ? await deps.database.transaction((tx) => trade(tx, deps, client, refreshToken, now))
    : { kind: 'refused' };
  if (outcome.kind === 'traded') return issueTokens(deps, outcome.user, outcome.session, now);
  if (outcome.kind === 'reused') {
    const { sessionId, userId } = outcome;
    deps.sessions.dropSession(sessionId);
    deps.log.warn(
      { sessionId, userId, ip: client.ip },
      'a refresh token was used again: its session has been ended',
    );
    throw refused('REFRESH_TOKEN_REUSED');
  }
  deps.refusals.record({ action: 'refresh.failed', actorId: null, subject: null, ip: client.ip });
  throw refused(outcome.reason);
}

function refused(reason: Reason | undefined): AppError {
  const details = reason === undefined ? {} : { reason };
  return new AppError('UNAUTHENTICATED', 'The refresh token is not valid. Log in again.', details);
}

/** Spares a transaction for tokens that are made up: anybody can send any number of them. */
async function isStored({ database }: RefreshDeps, refreshToken: string): Promise<boolean> {
  if (!isRefreshToken(refreshToken)) return false;
  const found = await database.rows(
    sql`SELECT 1 FROM refresh_tokens WHERE hash = ${hashRefreshToken(refreshToken)}`,
  );
  return found.length > 0;
}

/** A stored token, with its session and its user. */
interface StoredToken extends UserRecord {
  userId: string;
  sessionId: string;
  sessionExpiresAt: Date;
  tradedAt: Date | null;
  isRevoked: boolean;
  isDisabled: boolean;
  hasExpired: boolean;
}

async function trade(
  tx: Transaction,
  deps: RefreshDeps,
  client: Client,
  refreshToken: string,
  now: Date,
): Promise<Outcome> {
  const hash = hashRefreshToken(refreshToken);
  const stored = await lockToken(tx, deps, hash, now);
  if (!stored || stored.isDisabled) return { kind: 'refused' };
  const { sessionId, userId, sessionExpiresAt, tradedAt } = stored;
  const successor = successorOf(refreshToken, deps.refreshKey);
  const isReused = tradedAt !== null && !(await isRetry(tx, deps, tradedAt, successor, now));
  if (stored.isRevoked) return { kind: 'refused', ...(isReused && { reason: 'REFRESH_TOKEN_REUSED' }) };
  if (stored.hasExpired) return { kind: 'refused', reason: 'REFRESH_TOKEN_EXPIRED' };
  if (isReused) {
    await endReused(tx, stored, client, now);
    return { kind: 'reused', sessionId, userId };
  }
  if (tradedAt === null) await writeTrade(tx, { hash, successor, sessionId }, now);
  const user = { ...stored, id: userId };
  return { kind: 'traded', user, session: { sessionId, sessionExpiresAt, refreshToken: successor } };
}

async function endReused(
  tx: Transaction,
  { userId, sessionId }: StoredToken,
  { ip }: Client,
  now: Date,
): Promise<void> {
  await revokeSessions(tx, userId, { only: sessionId }, now);
  await recordAuditWithin(tx, { at: now, action: 'refresh.reused', actorId: null, subject: sessionId, ip });
}

/** Locks the session, so that uses of its tokens are serialized. */
async function lockToken(
  tx: Transaction,
  { lifetime }: RefreshDeps,
  hash: Uint8Array,
  now: Date,
): Promise<StoredToken | undefined> {
  await rowsWithin(
    tx,
    sql`
    SELECT 1 FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE hash = ${hash}) FOR NO KEY UPDATE`,
  );
  const [token] = await rowsWithin<StoredToken>(
    tx,
    sql`
    SELECT u.id AS "userId", u.username, u.role, u.employee_id AS "employeeId", u.disabled_at AS "disabledAt",
      s.id AS "sessionId", s.expires_at AS "sessionExpiresAt", r.traded_at AS "tradedAt",
      s.revoked_at IS NOT NULL AS "isRevoked", u.disabled_at IS NOT NULL AS "isDisabled",
      s.expires_at <= ${now} OR s.last_used_at <= ${secondsBefore(now, lifetime.idleSeconds)} AS "hasExpired"
    FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
    WHERE r.hash = ${hash}`,
  );
  return token;
}

/** Marks the token as traded, stores its successor, and records a use of the session. */
async function writeTrade(
  tx: Transaction,
  { hash, successor, sessionId }: { hash: Uint8Array; successor: string; sessionId: string },
  now: Date,
): Promise<void> {
  const id = parameter(sessionId);
  const instant = parameter(now.toISOString());
  await rowsWithin(
    tx,
    sql`
    WITH traded AS (UPDATE refresh_tokens SET traded_at = ${instant}::timestamptz WHERE hash = ${hash}::bytea),
    touched AS (UPDATE sessions SET last_used_at = ${instant}::timestamptz WHERE id = ${id}::uuid)
    INSERT INTO refresh_tokens (hash, session_id, created_at)
    VALUES (${hashRefreshToken(successor)}::bytea, ${id}::uuid, ${instant}::timestamptz)`,
  );
}

/** Whether the token was traded within the grace, and its successor is still the session's newest. */
async function isRetry(
  tx: Transaction,
  { refreshGraceSeconds }: RefreshDeps,
  tradedAt: Date,
  successor: string,
  now: Date,
): Promise<boolean> {
  if (tradedAt <= secondsBefore(now, refreshGraceSeconds)) return false;
  const untraded = await rowsWithin(
    tx,
    sql`SELECT 1 FROM refresh_tokens WHERE hash = ${hashRefreshToken(successor)} AND traded_at IS NULL`,
  );
  return untraded.length > 0;
}
