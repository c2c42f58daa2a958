import { LRUCache } from 'lru-cache';
import { type Database, sql } from '../../database/database.js';
import type { Logger } from '../../log.js';
import { findLiveSession, hasEnded, type LiveSession, type SessionLifetime } from './live-session.js';

/**
 * The sessions that requests name, in memory. The database announces whatever ends a session or changes its user (see
 * the triggers in prisma/migrations/), and what is announced is dropped here and looked up again. An entry is believed
 * for a second at most beyond the last proof that announcements arrive.
 */
export interface SessionCache {
  /** @returns the session if it lives, and counts as its use */
  use(sessionId: string, now: Date): Promise<LiveSession | undefined>;
  /** When a session was last used, as far as this process knows. */
  lastUsedAt(sessionId: string): Date | undefined;
  dropSession(sessionId: string): void;
  dropUser(userId: string): void;
  dropAll(): void;
  /** Writes down the last uses. */
  close(): Promise<void>;
}

export interface SessionCacheOptions {
  database: Database;
  lifetime: SessionLifetime;
  /** When announcements were last known to arrive, in milliseconds of performance.now(). */
  confirmedAt: () => number;
  log: Logger;
}

const mostEntries = 10_000;
const longestUnconfirmedMs = 900;
const writeUsesEveryMs = 30_000;

export function createSessionCache({
  database,
  lifetime,
  confirmedAt,
  log,
}: SessionCacheOptions): SessionCache {
  const entries = new LRUCache<string, { session: LiveSession; loadedAt: number }>({ max: mostEntries });
  const uses = createUseLog(database, log);
  // Counts what was dropped: a session that was looked up before a drop is not kept after it.
  let drops = 0;

  const load = async (sessionId: string, now: Date): Promise<LiveSession | undefined> => {
    const dropsBefore = drops;
    const loadedAt = performance.now();
    const session = await findLiveSession(database, lifetime, sessionId, now);
    if (session && drops === dropsBefore) entries.set(sessionId, { session, loadedAt });
    return session;
  };

  return {
    use: async (sessionId, now) => {
      const entry = entries.get(sessionId);
      const believedUntil = Math.max(confirmedAt(), entry?.loadedAt ?? 0) + longestUnconfirmedMs;
      const known = entry && performance.now() < believedUntil && !hasEnded(entry.session, lifetime, now);
      const session = known ? entry.session : await load(sessionId, now);
      if (!session) {
        entries.delete(sessionId);
        return undefined;
      }
      if (session.lastUsedAt < now) session.lastUsedAt = now;
      uses.note(sessionId, now);
      return session;
    },
    lastUsedAt: (sessionId) => entries.peek(sessionId)?.session.lastUsedAt,
    dropSession: (sessionId) => {
      drops += 1;
      entries.delete(sessionId);
    },
    dropUser: (userId) => {
      drops += 1;
      for (const [sessionId, { session }] of entries.entries()) {
        if (session.userId === userId) entries.delete(sessionId);
      }
    },
    dropAll: () => {
      drops += 1;
      entries.clear();
    },
    close: () => uses.close(),
  };
}

/** Gathers when sessions were last used, and writes that by one statement now and then, not one for each request. */
function createUseLog(database: Database, log: Logger) {
  let pending = new Map<string, Date>();
  const write = async (): Promise<void> => {
    if (pending.size === 0) return;
    const written = pending;
    pending = new Map();
    await database.rows(sql`
      UPDATE sessions SET last_used_at = greatest(last_used_at, used.at)
      FROM unnest(${[...written.keys()]}::uuid[], ${[...written.values()]}::timestamptz[]) AS used (id, at)
      WHERE sessions.id = used.id`);
  };
  const timer = setInterval(() => {
    write().catch((err) => log.warn({ err }, 'the last uses of sessions could not be written'));
  }, writeUsesEveryMs);
  timer.unref();
  return {
    note: (sessionId: string, at: Date): void => {
      pending.set(sessionId, at);
    },
    close: async (): Promise<void> => {
      clearInterval(timer);
      await write().catch((err) => log.warn({ err }, 'the last uses of sessions could not be written'));
    },
  };
}
