import { type AuditAction, recordAuditWithin } from '../../audit/audit.js';
import type { Transaction } from '../../database/database.js';

/**
 * Ends sessions of one user. Every process hears of it as the transaction commits.
 *
 * @param which all of them, or all but one, or one
 * @returns how many had not ended before
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

/** The same, as something that a user did and that is told of. */
export async function revokeAndRecord(
  tx: Transaction,
  by: { userId: string; ip: string | null },
  which: { only?: string; except?: string },
  now: Date,
  action: AuditAction = 'session.revoked',
): Promise<number> {
  const count = await revokeSessions(tx, by.userId, which, now);
  // A session that there is not, or somebody else's, was not ended: there is nothing to tell.
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
