import { type Database, rowsWithin, type Sql, sql, type Transaction } from '../database/database.js';
import { newId } from '../ids.js';

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

/** Writes an audit entry by itself. */
export async function recordAudit(database: Database, event: AuditEvent): Promise<void> {
  await database.rows(insertAuditEntry(event));
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
