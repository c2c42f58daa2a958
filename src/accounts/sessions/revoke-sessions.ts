import { type AuditAction, recordAuditWithin } from '../../audit/audit.js';
import type { Transaction } from '../../database/database.js';

/**
 * Ends sessions of one user. Every process is notified when the transaction commits.
 *
 * @param which one session, all but one, or, if empty, all
 * @returns how many live sessions it has ended
 */
export async function revokeSessions(
  tx: Transaction,
  userId: string,
  which: { only?: string; except?: string },
  now: Date,
): Promise<number> {
  const id = {
    ...(which.only !== undefined && { equals: which.only }),
    ...(which.except !== undefined && { not: which.except }),
  };
  const { count } = await tx.session.updateMany({
    where: { userId, id, revokedAt: null, expiresAt: { gt: now } },
    data: { revokedAt: now },
  });
  return count;
}

/** Ends sessions of the user who calls, with an audit entry. */
export async function revokeAndRecord(
  tx: Transaction,
  by: { userId: string; ip: string | null },
  which: { only?: string; except?: string },
  now: Date,
  action: AuditAction = 'session.revoked',
): Promise<number> {
  const count = await revokeSessions(tx, by.userId, which, now);
  // There is no such session, or it is somebody else's: nothing has happened.
  if (count === 0 && which.only !== undefined) return 0;
  await recordAuditWithin(tx, {
    at: now,
    action,
    actorId: by.userId,
    subject: which.only ?? by.userId,
    changes: [{ field: 'revokedSessions', before: null, after: String(count) }],
    ip: by.ip,
  });
  return count;
}
