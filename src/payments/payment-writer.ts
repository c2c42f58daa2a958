import { batch } from '../concurrency/batch.js';
import type { Database } from '../database/database.js';
import { isLockedOut, isRefused } from '../database/database-errors.js';
import { insertPayments, type NewPayment } from './insert-payments.js';
import type { Payment } from './payment.js';

/** Writes payments that nothing prevents, together with others that come at the same time. */
export interface PaymentWriter {
  /**
   * @returns undefined, with nothing written, when the payment has to be tried alone: somebody else has the employee's
   *   row, or something prevents the payment, or another one
   * @throws what the database throws
   * @throws AppError SERVICE_UNAVAILABLE, with nothing written, when nobody waits for the payment any more
   */
  write(payment: NewPayment): Promise<Payment | undefined>;
}

/** While one is with PostgreSQL, the answers of another are on their way. */
const maxStatements = 2;

/** A statement costs PostgreSQL more than the payments in it do: docs/decisions/sharing-statements.md. */
export function createPaymentWriter(database: Database): PaymentWriter {
  const write = batch({
    run: (payments: readonly NewPayment[]) => insertTogether(database, payments),
    maxConcurrent: maxStatements,
  });
  return { write };
}

async function insertTogether(
  database: Database,
  payments: readonly NewPayment[],
): Promise<Array<Payment | undefined>> {
  try {
    const written = await insertPayments(database, payments, 'skip');
    return payments.map(({ id }) => written.get(id));
  } catch (error) {
    // Which of them was at fault, or has to wait, is found when each is tried alone.
    if (isLockedOut(error) || (isRefused(error) && payments.length > 1)) return [];
    throw error;
  }
}
