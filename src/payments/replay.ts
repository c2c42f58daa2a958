import type { SignedIn } from '../auth/viewer.js';
import type { Cells } from '../database/columns.js';
import { type Database, sql } from '../database/database.js';
import { AppError } from '../errors.js';
import type { Asked } from '../graphql/asked.js';
import type { IdempotencyKey } from './issue-payment.js';
import { type Payment, paymentColumns, toPayment } from './payment.js';

/**
 * @returns the payment that this caller's key has made, or undefined when it has made none
 * @throws AppError IDEMPOTENCY_MISMATCH when it stood for another input
 */
export async function findReplay(
  { database }: { database: Database },
  viewer: SignedIn,
  { key, inputHash }: IdempotencyKey,
  asked: Asked,
): Promise<Payment | undefined> {
  const { list, places } = paymentColumns.of(asked);
  const [found] = await database.rows<{ isSameInput: boolean; cells: Cells }>(sql`
    SELECT i.input_hash = ${inputHash}::bytea AS "isSameInput", ${list} AS cells
    FROM idempotency_records i JOIN payments p ON p.id = i.payment_id
    WHERE i.user_id = ${viewer.userId}::uuid AND i.operation = 'issuePayment' AND i.key = ${key}`);
  if (!found) return undefined;
  if (!found.isSameInput) {
    throw new AppError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used for another payment.', {
      field: 'idempotencyKey',
    });
  }
  return toPayment(found.cells, places);
}
