import type { Database } from '../database/database.js';
import type { Session } from '../generated/schema-types.js';
import type { Clock } from '../values/clock.js';
import { type SessionLifetime, secondsBefore } from './sessions/live-session.js';
import type { SessionCache } from './sessions/session-cache.js';
import type { SignedIn } from './viewer.js';

export interface ListSessionsDeps {
  clock: Clock;
  database: Database;
  sessions: SessionCache;
  lifetime: SessionLifetime;
}

/** The caller's own sessions that live, the newest first. */
export async function listSessions(deps: ListSessionsDeps, viewer: SignedIn): Promise<Session[]> {
  const now = deps.clock.now();
  const rows = await deps.database.prisma.session.findMany({
    where: {
      userId: viewer.userId,
      revokedAt: null,
      expiresAt: { gt: now },
      lastUsedAt: { gt: secondsBefore(now, deps.lifetime.idleSeconds) },
    },
    orderBy: { id: 'desc' },
    take: 100,
  });
  return rows.map(({ id, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => {
    const known = deps.sessions.lastUsedAt(id);
    return {
      id,
      createdAt,
      lastUsedAt: known && known > lastUsedAt ? known : lastUsedAt,
      expiresAt,
      ip,
      userAgent,
      current: id === viewer.sessionId,
    };
  });
}
