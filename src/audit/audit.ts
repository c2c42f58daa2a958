import { rowsWithin, type Transaction } from '../database/database.js';
import { empty, type Sql, sql } from '../database/sql.js';
import { newId } from '../values/ids.js';

/** The change of one field, as it may be shown: never a secret. */
export interface AuditChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** `payment.issued` is missing: the statement that issues a payment writes that entry. */
export type AuditAction =
  | 'login.succeeded'
  | 'login.failed'
  | 'login.limited'
  | 'refresh.failed'
  | 'refresh.reused'
  | 'session.revoked'
  | 'password.changed'
  | 'user.created'
  | 'user.edited'
  | 'keys.added'
  | 'keys.promoted'
  | 'keys.retired'
  | 'payment.voided'
  | 'company.edited'
  | 'employee.hired'
  | 'employee.terminated'
  | 'employee.rehired'
  | 'employee.edited'
  | 'employee.component_set'
  | 'employee.component_ended'
  | 'pay_component.created'
  | 'pay_component.edited'
  | 'pay_component.archived'
  | 'pay_run.drafted'
  | 'pay_run.edited'
  | 'pay_run.lines_imported'
  | 'pay_run.recomputed'
  | 'pay_run.approved'
  | 'pay_run.reopened'
  | 'pay_run.issued'
  | 'pay_run.cancelled';

/** What an audit entry says. Entries are kept forever. */
export interface AuditEvent {
  at: Date;
  action: AuditAction;
  /** Who did it, as far as it is proven: a failed login has no actor. */
  actorId: string | null;
  /** What it was done to. */
  subject: string | null;
  changes?: AuditChange[];
  /** The client's address. */
  ip: string | null;
}

/** Writes an audit entry within the transaction of what it describes. */
export async function recordAuditWithin(tx: Transaction, event: AuditEvent): Promise<void> {
  await rowsWithin(tx, insertAuditEntry(event));
}

/**
 * The SQL that writes an audit entry: a statement, or a part of one.
 *
 * @param from a FROM clause that has one row if the entry is to be written, and otherwise none
 */
export function insertAuditEntry(event: AuditEvent, from: Sql = empty): Sql {
  const { at, action, actorId, subject, changes = [], ip } = event;
  return sql`
    INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
    SELECT ${newId(at)}::uuid, ${at.toISOString()}::timestamptz, ${actorId}::uuid, ${action}::text, ${subject}::uuid,
      ${JSON.stringify(changes)}::jsonb, ${ip}::text
    ${from}`;
}
