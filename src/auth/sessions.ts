import { type Database, sql } from '../database/database.js';
import type { Role } from '../generated/resolvers-types.js';

/** A session that lives, and its user as they are now. */
export interface LiveSession {
  sessionId: string;
  userId: string;
  username: string;
  role: Role;
  employeeId: string | null;
}

/** @returns the session, or undefined when it has ended, its user is disabled, or there never was one */
export async function findLiveSession(
  database: Database,
  sessionId: string,
  now: Date,
): Promise<LiveSession | undefined> {
  const [session] = await database.rows<LiveSession>(sql`
    SELECT s.id AS "sessionId", u.id AS "userId", u.username, u.role, u.employee_id AS "employeeId"
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.id = ${sessionId}::uuid AND s.revoked_at IS NULL AND s.expires_at > ${now} AND u.disabled_at IS NULL`);
  return session;
}
