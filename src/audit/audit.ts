import type { SignedIn } from '../auth/viewer.js';
import type { Transaction } from '../database/database.js';
import { newId } from '../ids.js';

/** What a change did to one field, in words that may be shown: no secret ever stands here. */
export interface AuditChange {
  field: string;
  before: string | null;
  after: string | null;
}

export interface AuditEvent {
  action: 'employee.edited';
  subject: string;
  changes: AuditChange[];
}

/** Writes the audit entry of a change, within the change's own transaction. */
export async function recordAudit(
  tx: Transaction,
  viewer: SignedIn,
  at: Date,
  event: AuditEvent,
): Promise<void> {
  await tx.auditEntry.create({
    data: {
      id: newId(at),
      at,
      actorId: viewer.userId,
      action: event.action,
      subject: event.subject,
      changes: event.changes.map((change) => ({ ...change })),
      ip: viewer.ip,
    },
  });
}
