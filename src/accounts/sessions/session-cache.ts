import { LRUCache } from 'lru-cache';
import type { Database } from '../../database/database.js';
import type { Logger } from '../../telemetry/log.js';
import { createLastUses } from './last-uses.js';
import { findLiveSession, hasEnded, type LiveSession, type SessionLifetime } from './live-session.js';

/**
 * The sessions that requests name, in memory. The database announces whatever ends a session or changes its user (see
 * the triggers in prisma/migrations/), and what is announced is dropped here and looked up again. An entry is believed
 * for a second at most beyond the last proof that announcements arrive.
 */
export interface SessionCache {
  /** @returns the session if it lives, and counts as its use; at once where it is known */
  use(sessionId: string, now: Date): Used | Promise<Used>;
  /** When a session was last used, as far as this process knows. */
  lastUsedAt(sessionId: string): Date | undefined;
  dropSession(sessionId: string): void;
  dropUser(userId: string): void;
  dropAll(): void;
  /** Writes down the last uses. */
  close(): Promise<void>;
}

type Used = LiveSession | undefined;

export interface SessionCacheOptions {
  database: Database;
  lifetime: SessionLifetime;
  /** When announcements were last known to arrive, in milliseconds of performance.now(). */
  confirmedAt: () => number;
  log: Logger;
  /** Where a session was found. */
  onLookup?: (from: 'memory' | 'database') => void;
}

const mostEntries = 10_000;
const longestUnconfirmedMs = 900;
/** A use is written down at once when the database knows of none in this part of the idle time. */
const unwrittenPartOfIdle = 0.05;

interface Entry {
  session: LiveSession;
  loadedAt: number;
  /** The last use that the database knows of. */
  written: Date;
}

export function createSessionCache({
  database,
  lifetime,
  confirmedAt,
  log,
  onLookup,
}: SessionCacheOptions): SessionCache {
  const entries = new LRUCache<string, Entry>({ max: mostEntries });
  const uses = createLastUses(database, log);
  // Counts what was dropped: a session that was looked up before a drop is not kept after it.
  let drops = 0;

  const load = async (sessionId: string, now: Date): Promise<Entry | undefined> => {
    const dropsBefore = drops;
    const loadedAt = performance.now();
    const session = await findLiveSession(database, lifetime, sessionId, now);
    if (!session) return undefined;
    const entry = { session, loadedAt, written: session.lastUsedAt };
    if (drops === dropsBefore) entries.set(sessionId, entry);
    return entry;
  };

  /** @returns what is to be waited for, if anything */
  const noteUse = (entry: Entry, now: Date): Promise<void> | undefined => {
    const { session, written } = entry;
    if (session.lastUsedAt < now) session.lastUsedAt = now;
    uses.note(session.sessionId, now);
    // Else another process, which goes by what is written, could take a session that is in use for an idle one.
    const unwrittenMs = now.getTime() - written.getTime();
    if (unwrittenMs <= lifetime.idleSeconds * 1000 * unwrittenPartOfIdle) return undefined;
    entry.written = now;
    return uses.write();
  };

  const used = (entry: Entry, now: Date): Used | Promise<Used> => {
    const writing = noteUse(entry, now);
    return writing ? writing.then(() => entry.session) : entry.session;
  };

  const lookUp = async (sessionId: string, now: Date): Promise<Used> => {
    const entry = await load(sessionId, now);
    if (entry) return used(entry, now);
    entries.delete(sessionId);
    return undefined;
  };

  return {
    use: (sessionId, now) => {
      const kept = entries.get(sessionId);
      const believedUntil = Math.max(confirmedAt(), kept?.loadedAt ?? 0) + longestUnconfirmedMs;
      const known = kept && performance.now() < believedUntil && !hasEnded(kept.session, lifetime, now);
      onLookup?.(known ? 'memory' : 'database');
      return known ? used(kept, now) : lookUp(sessionId, now);
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
