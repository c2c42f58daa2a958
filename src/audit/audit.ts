import type { Transaction } from '../database/database.js';
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

/** Writes an audit entry, within the transaction of what it tells of where there is one. */
export async function recordAudit(tx: Pick<Transaction, 'auditEntry'>, event: AuditEvent): Promise<void> {
  const { at, action, actorId, subject, changes = [], ip } = event;
  await tx.auditEntry.create({
    data: {
      id: newId(at),
      at,
      actorId,
      action,
      subject,
      changes: changes.map((change) => ({ ...change })),
      ip,
    },
  });
}
