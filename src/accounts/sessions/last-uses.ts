import type { Database } from '../../database/database.js';
import { sql } from '../../database/sql.js';
import type { Logger } from '../../telemetry/log.js';

/** When sessions were last used, written to the database in batches instead of once per request. */
export interface LastUses {
  note(sessionId: string, at: Date): void;
  /** A use that has not been written yet. */
  at(sessionId: string): Date | undefined;
  /** Writes what is pending. On a failure it stays pending. */
  write(): Promise<void>;
  /** Writes a last time. */
  close(): Promise<void>;
}

const writeEveryMs = 30_000;

export function createLastUses(database: Database, log: Logger): LastUses {
  let pending = new Map<string, Date>();
  const write = async (): Promise<void> => {
    if (pending.size === 0) return;
    const written = pending;
    pending = new Map();
    try {
      await writeUses(database, written);
    } catch (err) {
      log.warn({ err }, 'the last uses of sessions could not be written');
      pending = new Map([...written, ...pending]);
    }
  };
  const timer = setInterval(() => void write(), writeEveryMs);
  timer.unref();
  return {
    note: (sessionId, at) => {
      pending.set(sessionId, at);
    },
    at: (sessionId) => pending.get(sessionId),
    write,
    close: async () => {
      clearInterval(timer);
      await write();
    },
  };
}

/**
 * Skips locked rows: such a session is being refreshed, ended, or written by another process. Waiting for them could
 * deadlock with another process that writes the same sessions in a different order.
 */
async function writeUses(database: Database, uses: ReadonlyMap<string, Date>): Promise<void> {
  await database.rows(sql`
    WITH used AS (
      SELECT id, at FROM unnest(${[...uses.keys()]}::uuid[], ${[...uses.values()]}::timestamptz[]) AS used (id, at)
    ), later AS (
      SELECT sessions.id, used.at FROM sessions JOIN used ON used.id = sessions.id
      WHERE sessions.last_used_at < used.at FOR NO KEY UPDATE OF sessions SKIP LOCKED
    )
    UPDATE sessions SET last_used_at = later.at FROM later WHERE sessions.id = later.id`);
}
