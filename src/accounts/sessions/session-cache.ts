import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/database.js';
import type { Logger } from '../../telemetry/log.js';
import { createLastUses } from './last-uses.js';
import { findLiveSession, hasEnded, type LiveSession, type SessionLifetime } from './live-session.js';

/**
 * The sessions of recent requests, in memory. The database sends a notification of whatever ends a session or changes its
 * user (see the triggers in prisma/migrations/), which drops the session here. An entry is valid for less than a second
 * beyond the last proof that notifications arrive.
 */
export interface SessionCache {
  /** @returns the session if it is live, and records that it is used now */
  use(sessionId: string, now: Date): Promise<LiveSession | undefined>;
  /** When a session was last used, as far as this process knows. */
  lastUsedAt(sessionId: string): Date | undefined;
  dropSession(sessionId: string): void;
  dropUser(userId: string): void;
  dropAll(): void;
  /** Writes the last uses. */
  close(): Promise<void>;
}

export interface SessionCacheOptions {
  database: Database;
  lifetime: SessionLifetime;
  /** When notifications were last known to arrive, in milliseconds of performance.now(). */
  confirmedAt: () => number;
  log: Logger;
  /** Receives where a session was found. */
  onLookup?: (from: 'memory' | 'database') => void;
}

const maxSessions = 10_000;
const maxUnconfirmedMs = 900;
/** A use is written at once if the database knows of none within this part of the idle time. */
const maxUnwrittenPartOfIdle = 0.05;

interface Entry {
  session: LiveSession;
  loadedAt: number;
  /** The last use that the database knows of. */
  writtenUse: Date;
}

export function createSessionCache({
  database,
  lifetime,
  confirmedAt,
  log,
  onLookup,
}: SessionCacheOptions): SessionCache {
  const entries = new LRUCache<string, Entry>({ max: maxSessions });
  const uses = createLastUses(database, log);
  // Counts drops, because a session that was being read during a drop may be outdated.
  let drops = 0;

  const findValid = (sessionId: string, now: Date): Entry | undefined => {
    const entry = entries.get(sessionId);
    if (!entry || hasEnded(entry.session, lifetime, now)) return undefined;
    const validUntil = Math.max(confirmedAt(), entry.loadedAt) + maxUnconfirmedMs;
    return performance.now() < validUntil ? entry : undefined;
  };

  const load = async (sessionId: string, now: Date): Promise<Entry | undefined> => {
    entries.delete(sessionId);
    const dropsBefore = drops;
    const loadedAt = performance.now();
    const session = await findLiveSession(database, lifetime, sessionId, now);
    if (!session) return undefined;
    const entry = { session, loadedAt, writtenUse: session.lastUsedAt };
    if (drops === dropsBefore) entries.set(sessionId, entry);
    return entry;
  };

  const recordUse = async (entry: Entry, now: Date): Promise<void> => {
    const { session, writtenUse } = entry;
    if (session.lastUsedAt < now) session.lastUsedAt = now;
    uses.note(session.sessionId, now);
    // Other processes see only written uses, and would take the session for an idle one.
    const unwrittenMs = now.getTime() - writtenUse.getTime();
    if (unwrittenMs <= lifetime.idleSeconds * 1000 * maxUnwrittenPartOfIdle) return;
    entry.writtenUse = now;
    await uses.write();
  };

  return {
    use: async (sessionId, now) => {
      const known = findValid(sessionId, now);
      onLookup?.(known ? 'memory' : 'database');
      const entry = known ?? (await load(sessionId, now));
      if (!entry) return undefined;
      await recordUse(entry, now);
      return entry.session;
    },
    lastUsedAt: (sessionId) => uses.at(sessionId) ?? entries.peek(sessionId)?.session.lastUsedAt,
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
