import type { SignedIn } from '../accounts/viewer.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { AppError } from '../values/app-error.js';
import { type Payment, paymentTable } from './payment.js';
import type { IdempotencyKey } from './payment-order.js';

/**
 * @returns the payment that this caller's key has made, or undefined when it has made none
 * @throws AppError IDEMPOTENCY_MISMATCH when it stood for another input
 */
export async function findReplay(
  { database }: { database: Database },
  viewer: SignedIn,
  { key, inputHash }: IdempotencyKey,
): Promise<Payment | undefined> {
  const [found] = await database.rows<{ isSameInput: boolean; row: string }>(sql`
    SELECT i.input_hash = ${inputHash}::bytea AS "isSameInput", ${paymentTable.row} AS row
    FROM idempotency_records i JOIN payments p ON p.employee_id = i.employee_id AND p.id = i.payment_id ${paymentTable.joins}
    WHERE i.user_id = ${viewer.userId}::uuid AND i.operation = 'issuePayment' AND i.key = ${key}`);
  if (!found) return undefined;
  if (!found.isSameInput) {
    throw new AppError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used for another payment.', {
      field: 'idempotencyKey',
    });
  }
  return paymentTable.parse(found.row);
}
