import type { Database } from '../database/database.js';
import { type Sql, sql } from '../database/sql.js';
import type { Logger } from '../telemetry/log.js';
import type { Clock } from '../values/clock.js';
import { newId } from '../values/ids.js';
import { networkOf } from '../values/network.js';
import type { AuditAction } from './audit.js';

/** An attempt that was refused. */
interface Refusal {
  action: Extract<AuditAction, 'login.failed' | 'login.limited' | 'refresh.failed'>;
  /** As in an AuditEvent. */
  actorId: string | null;
  subject: string | null;
  ip: string | null;
}

/**
 * Writes refused attempts to the audit trail. Anybody can cause them and no entry can be deleted, so they are counted: in
 * each window, the first attempt of a kind is written at once, and all others of that kind as one entry with their count
 * when the window ends.
 */
export interface RefusalLog {
  /** Does not wait for the database, so the duration of a response does not depend on what is written. */
  record(refusal: Refusal): void;
  /** Writes what has been counted. */
  close(): Promise<void>;
}

export interface RefusalLogOptions {
  database: Database;
  clock: Clock;
  log: Logger;
  windowMs?: number;
}

const defaultWindowMs = 60_000;
/** Further kinds within a window are counted together, by action. */
const maxKinds = 50;

/** Attempts with the same action, actor, subject and network. */
interface Kind {
  refusal: Refusal;
  unwritten: number;
}

interface Entry extends Refusal {
  at: Date;
  count: number;
}

export function createRefusalLog({
  database,
  clock,
  log,
  windowMs = defaultWindowMs,
}: RefusalLogOptions): RefusalLog {
  const kinds = new Map<string, Kind>();
  let queue: Entry[] = [];
  let written = Promise.resolve();
  let windowEnd: NodeJS.Timeout | undefined;
  let isClosed = false;

  const add = (kind: Kind): Kind => {
    kinds.set(keyOf(kind.refusal), kind);
    windowEnd ??= setTimeout(endWindow, windowMs).unref();
    return kind;
  };
  const find = (refusal: Refusal): Kind | undefined => kinds.get(keyOf(refusal));
  /** Further kinds become one. */
  const within = (refusal: Refusal): Refusal =>
    find(refusal) || kinds.size < maxKinds
      ? refusal
      : { action: refusal.action, actorId: null, subject: null, ip: null };

  const write = async (): Promise<void> => {
    const entries = queue;
    queue = [];
    try {
      await database.rows(insertEntries(entries));
    } catch (err) {
      log.error({ err }, 'refused logins could not be written to the audit trail');
      if (isClosed) return;
      for (const entry of entries) {
        const refusal = within(entry);
        const kind = find(refusal) ?? add({ refusal, unwritten: 0 });
        kind.unwritten += entry.count;
      }
    }
  };
  const enqueue = (refusal: Refusal, count: number): void => {
    queue.push({ ...refusal, at: clock.now(), count });
    // One statement at a time, which takes all that has come meanwhile.
    if (queue.length === 1) written = written.then(write);
  };
  const endWindow = (): void => {
    clearTimeout(windowEnd);
    windowEnd = undefined;
    const ended = [...kinds.values()];
    kinds.clear();
    for (const { refusal, unwritten } of ended) if (unwritten > 0) enqueue(refusal, unwritten);
  };
  return {
    record: (attempt) => {
      const refusal = within(attempt);
      const kind = find(refusal);
      if (kind) {
        kind.unwritten += 1;
      } else {
        add({ refusal, unwritten: 0 });
        enqueue(refusal, 1);
      }
    },
    close: async () => {
      isClosed = true;
      endWindow();
      await written;
    },
  };
}

function keyOf({ action, actorId, subject, ip }: Refusal): string {
  return JSON.stringify([action, actorId, subject, networkOf(ip)]);
}

function insertEntries(entries: readonly Entry[]): Sql {
  const rows = entries.map(({ at, action, actorId, subject, ip, count }) => ({
    id: newId(at),
    at: at.toISOString(),
    actor_id: actorId,
    action,
    subject,
    ip,
    count,
  }));
  return sql`
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip, count)
    SELECT id, at, actor_id, action, subject, '[]', ip, count
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS entry
      (id uuid, at timestamptz, actor_id uuid, action text, subject uuid, ip text, count integer)`;
}
