import { LRUCache } from 'lru-cache';
import { createGate } from '../concurrency/gate.js';
import { type Gathered, gather } from '../concurrency/gather.js';
import type { Database } from '../database/database.js';
import { isLockedOut, isRefused } from '../database/database-errors.js';
import type { Asked } from '../reads/asked.js';
import { insertPayments, type NewPayment } from './insert-payments.js';
import type { Payment } from './payment.js';

/** Writes payments that nothing stands in the way of, together with others that come at the same time. */
export interface PaymentWriter {
  /**
   * @returns undefined, with nothing written, when the payment has to be tried alone: somebody else has the employee's
   *   row, or something stands against the payment, or against another one
   * @throws what the database throws
   * @throws AppError SERVICE_UNAVAILABLE, with nothing written, when its turn did not come, or nobody waits for it
   */
  write(payment: NewPayment, asked: Asked): Promise<Payment | undefined>;
}

type Write = Gathered<NewPayment, Payment | undefined>;

/** While one is with PostgreSQL, the answers of another are on their way. */
const mostStatements = 2;
/** What payments are answered with differs from document to document: those who share a statement want the same. */
const mostSelections = 500;

/** A statement costs PostgreSQL more than the payments in it do: docs/decisions/sharing-statements.md. */
export function createPaymentWriter(database: Database): PaymentWriter {
  const gate = createGate(mostStatements);
  const writes = new LRUCache<string, Write>({ max: mostSelections });
  const writeFor = (asked: Asked): Write => {
    const run = (payments: readonly NewPayment[]) => insertTogether(database, payments, asked);
    return gather({ run, most: database.mostTogether, gate });
  };
  return {
    write: (payment, asked) => {
      const write = writes.get(asked.key) ?? writeFor(asked);
      writes.set(asked.key, write);
      return write(payment, payment.isWanted);
    },
  };
}

async function insertTogether(
  database: Database,
  payments: readonly NewPayment[],
  asked: Asked,
): Promise<Array<Payment | undefined>> {
  try {
    const written = await insertPayments(database, payments, asked, 'skip');
    return payments.map(({ id }) => written.get(id));
  } catch (error) {
    // Which of them was at fault, or has to wait, comes out when each is tried alone.
    if (isLockedOut(error) || (isRefused(error) && payments.length > 1)) return [];
    throw error;
  }
}
