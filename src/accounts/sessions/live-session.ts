import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import type { Role } from '../../generated/schema-types.js';

/** A live session, with its user's current data. */
export interface LiveSession {
  sessionId: string;
  userId: string;
  username: string;
  role: Role;
  employeeId: string | null;
  expiresAt: Date;
  lastUsedAt: Date;
}

/** How long a session lives. */
export interface SessionLifetime {
  /** Since its login. */
  maxAgeSeconds: number;
  /** Since its last use. */
  idleSeconds: number;
}

/** @returns the session, or undefined when it has ended, its user is disabled, or there never was one */
export async function findLiveSession(
  database: Database,
  { idleSeconds }: SessionLifetime,
  sessionId: string,
  now: Date,
): Promise<LiveSession | undefined> {
  const [session] = await database.rows<LiveSession>(sql`
    SELECT s.id AS "sessionId", u.id AS "userId", u.username, u.role, u.employee_id AS "employeeId",
      s.expires_at AS "expiresAt", s.last_used_at AS "lastUsedAt"
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${sessionId}::uuid AND s.revoked_at IS NULL AND u.disabled_at IS NULL
      AND s.expires_at > ${now} AND s.last_used_at > ${secondsBefore(now, idleSeconds)}`);
  return session;
}

/** Whether the session has expired. */
export function hasEnded(session: LiveSession, { idleSeconds }: SessionLifetime, now: Date): boolean {
  const idleMs = now.getTime() - session.lastUsedAt.getTime();
  return session.expiresAt <= now || idleMs >= idleSeconds * 1000;
}

export function secondsBefore(instant: Date, seconds: number): Date {
  return secondsAfter(instant, -seconds);
}

export function secondsAfter(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}
