import { isLockedOut } from '../database/database-errors.js';
import { insertPayments } from './insert-payments.js';

/** Stands in for src/payments/payment-writer.ts: each payment is a statement of its own. */
export const createPaymentWriter = (database) => ({
  write: async (payment) => {
    try {
      const written = await insertPayments(database, [payment], 'skip');
      return written.get(payment.id);
    } catch (error) {
      if (isLockedOut(error)) return undefined;
      throw error;
    }
  },
});
