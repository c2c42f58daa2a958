import { batch } from '../concurrency/batch.js';
import { type Database, rowsWithin, type Transaction } from '../database/database.js';
import { isRefused } from '../database/database-errors.js';
import { type Sql, sql } from '../database/sql.js';
import { newId } from '../values/ids.js';

/** What a change did to one field, in words that may be shown: no secret ever stands here. */
export interface AuditChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** Everything that is kept for good. `payment.issued` is written by the statement that issues the payment. */
export type AuditAction =
  | 'login.succeeded'
  | 'login.failed'
  | 'login.limited'
  | 'refresh.failed'
  | 'refresh.limited'
  | 'refresh.reused'
  | 'session.revoked'
  | 'password.changed'
  | 'user.created'
  | 'user.edited'
  | 'keys.added'
  | 'keys.promoted'
  | 'keys.retired'
  | 'employee.edited';

export interface AuditEvent {
  at: Date;
  action: AuditAction;
  /** Who did it, where that is known for sure: not who a failed login said to be. */
  actorId: string | null;
  /** What it was done to. */
  subject: string | null;
  changes?: AuditChange[];
  /** The client's address. */
  ip: string | null;
}

const always = sql``;

/**
 * Writes an audit entry by itself, together with others that come at the same time: as many refused logins as anybody sends
 * take one connection of the pool, and leave the others to everybody else.
 *
 * @throws what the database throws
 */
export async function recordAudit(database: Database, event: AuditEvent): Promise<void> {
  const write = writers.get(database) ?? writerFor(database);
  writers.set(database, write);
  await write(event);
}

type Write = (event: AuditEvent) => Promise<void>;

const writers = new WeakMap<Database, Write>();
const maxStatements = 1;

function writerFor(database: Database): Write {
  const write = async (events: readonly AuditEvent[]) => {
    await database.rows(insertAuditEntries(events));
  };
  const run = async (events: readonly AuditEvent[]) => {
    try {
      await write(events);
      return [];
    } catch (error) {
      // Whose fault it was comes out alone; nobody is to fail for another's.
      if (events.length === 1 || !isRefused(error)) throw error;
      return events.map((event) => write([event]));
    }
  };
  return batch({ run, maxConcurrent: maxStatements });
}

function insertAuditEntries(events: readonly AuditEvent[]): Sql {
  const entries = events.map(({ at, action, actorId, subject, changes = [], ip }) => ({
    ...{ id: newId(at), at: at.toISOString(), actor_id: actorId },
    ...{ action, subject, changes, ip },
  }));
  return sql`
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
    SELECT id, at, actor_id, action, subject, changes, ip
    FROM json_to_recordset(${JSON.stringify(entries)}::json) AS entry
      (id uuid, at timestamptz, actor_id uuid, action text, subject uuid, changes jsonb, ip text)`;
}

/** Writes an audit entry within the transaction of what it tells of. */
export async function recordAuditWithin(tx: Transaction, event: AuditEvent): Promise<void> {
  await rowsWithin(tx, insertAuditEntry(event));
}

/**
 * What writes an audit entry: a statement, or a part of one.
 *
 * @param from `FROM` what has one row when there is something to tell, and else none
 */
export function insertAuditEntry(event: AuditEvent, from: Sql = always): Sql {
  const { at, action, actorId, subject, changes = [], ip } = event;
  return sql`
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
    SELECT ${newId(at)}::uuid, ${at.toISOString()}::timestamptz, ${actorId}::uuid, ${action}::text, ${subject}::uuid,
      ${JSON.stringify(changes)}::jsonb, ${ip}::text
    ${from}`;
}
