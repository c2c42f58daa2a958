import type { SignedIn } from '../accounts/viewer.js';
import { insertAuditEntry } from '../audit/audit.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { VoidPaymentInput } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { parseId } from '../values/ids.js';
import { parseText } from '../values/text.js';
import { type Payment, paymentTable } from './payment.js';

export interface VoidPaymentDeps {
  clock: Clock;
  database: Database;
}

const maxReasonCharacters = 500;

/**
 * Takes a payment back, once. It stays on record, and its days can be paid again. Of two voids at once the second waits
 * for the row, and then finds it voided.
 *
 * @throws AppError BAD_USER_INPUT on an id or a reason that can't be
 * @throws AppError NOT_FOUND when there is no such payment
 * @throws AppError CONFLICT when it has been voided
 */
export async function voidPayment(
  { clock, database }: VoidPaymentDeps,
  viewer: SignedIn,
  input: VoidPaymentInput,
): Promise<{ payment: Payment }> {
  const id = parseId(input.id, 'id');
  const reason = parseText(input.reason, 'reason', maxReasonCharacters);
  const at = clock.now();
  const { userId: actorId, ip } = viewer;
  const changes = [
    { field: 'status', before: 'ISSUED', after: 'VOIDED' },
    { field: 'voidReason', before: null, after: reason },
  ];
  const event = { at, action: 'payment.voided', actorId, subject: id, changes, ip } as const;
  const [voided] = await database.rows<{ row: string }>(sql`
    WITH p AS (
      UPDATE payments SET voided_at = ${at.toISOString()}::timestamptz, voided_by = ${actorId}::uuid,
        void_reason = ${reason}::text
      WHERE id = ${id}::uuid AND voided_at IS NULL RETURNING *
    ),
    audited AS (${insertAuditEntry(event, sql`FROM p`)})
    SELECT ${paymentTable.row} AS row FROM p ${paymentTable.joins}`);
  if (voided) return { payment: paymentTable.parse(voided.row) };
  const [found] = await database.rows(sql`SELECT 1 FROM payments WHERE id = ${id}::uuid`);
  if (!found) throw new AppError('NOT_FOUND', 'There is no such payment.', { field: 'id' });
  throw new AppError('CONFLICT', 'The payment has been voided already.', { field: 'id' });
}
