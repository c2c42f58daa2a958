import { batch } from '../concurrency/batch.js';
import type { Database } from '../database/database.js';
import { isRefused } from '../database/database-errors.js';
import { type Sql, sql } from '../database/sql.js';
import { newId } from '../values/ids.js';
import type { AuditEvent } from './audit.js';

/** Writes audit entries that belong to no transaction, such as those of refused logins. */
export interface AuditWriter {
  /**
   * @throws what the database throws
   */
  write(event: AuditEvent): Promise<void>;
}

/** However many logins are refused, their entries use one connection of the pool. */
const maxStatements = 1;

/** Entries that come at the same time share a statement. */
export function createAuditWriter(database: Database): AuditWriter {
  const insert = async (events: readonly AuditEvent[]) => {
    await database.rows(insertAuditEntries(events));
  };
  const insertTogether = async (events: readonly AuditEvent[]) => {
    try {
      await insert(events);
      return [];
    } catch (error) {
      // One of them is at fault: each is tried alone, so that the others do not fail with it.
      if (events.length === 1 || !isRefused(error)) throw error;
      return events.map((event) => insert([event]));
    }
  };
  return { write: batch({ run: insertTogether, maxConcurrent: maxStatements }) };
}

function insertAuditEntries(events: readonly AuditEvent[]): Sql {
  const entries = events.map(({ at, action, actorId, subject, changes = [], ip }) => ({
    id: newId(at),
    at: at.toISOString(),
    actor_id: actorId,
    action,
    subject,
    changes,
    ip,
  }));
  return sql`
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
    SELECT id, at, actor_id, action, subject, changes, ip
    FROM json_to_recordset(${JSON.stringify(entries)}::json) AS entry
      (id uuid, at timestamptz, actor_id uuid, action text, subject uuid, changes jsonb, ip text)`;
}
