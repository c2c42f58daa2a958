import type { Database } from '../database/database.js';
import { databaseFault, isDatabaseUnavailable } from '../database/database-errors.js';
import { endOfTurn } from '../end-of-turn.js';
import { createGate } from '../gate.js';
import type { Asked } from '../graphql/asked.js';
import { insertPayments, type NewPayment } from './insert-payments.js';
import type { Payment } from './payment.js';

/** Writes payments that nothing stands in the way of, together with others that come at the same time. */
export interface PaymentWriter {
  /**
   * @returns undefined, with nothing written, when the payment has to be tried alone: somebody else has the employee's
   *   row, or something stands against the payment, or against another one
   * @throws what the database throws
   * @throws AppError SERVICE_UNAVAILABLE, with nothing written, when its turn did not come
   */
  write(payment: NewPayment, asked: Asked): Promise<Payment | undefined>;
}

/** Payments that wait for the one statement that writes all of them. */
interface Batch {
  readonly payments: NewPayment[];
  /** By their ids. */
  readonly written: Promise<Map<string, Payment>>;
}

/** While one is with PostgreSQL, the answers of another are on their way. */
const mostStatements = 2;
/** What a statement locks, and how long all of its payments take, is bounded. */
const mostTogether = 50;
/** Whoever waits longer than for a connection has been answered, or soon will be. */
const longestWaitMs = 5_000;

/**
 * A statement costs PostgreSQL more than the payments in it do: those that come while statements are running go into the
 * next one. Who comes alone waits for nobody. See docs/decisions/payments-together.md.
 */
export function createPaymentWriter(database: Database): PaymentWriter {
  const gate = createGate(mostStatements);
  /** The last one that takes payments in, by what is to be answered of them. */
  const open = new Map<string, Batch>();

  const openBatch = (asked: Asked): Batch => {
    const payments: NewPayment[] = [];
    const openedAt = performance.now();
    const close = () => {
      if (open.get(asked.key) === batch) open.delete(asked.key);
    };
    const insert = async () => {
      await endOfTurn();
      close();
      return insertTogether(database, payments, asked);
    };
    const isWanted = () => performance.now() - openedAt < longestWaitMs;
    const batch: Batch = { payments, written: gate.run(insert, isWanted).finally(close) };
    open.set(asked.key, batch);
    return batch;
  };

  return {
    write: async (payment, asked) => {
      const last = open.get(asked.key);
      const batch = last && last.payments.length < mostTogether ? last : openBatch(asked);
      batch.payments.push(payment);
      return (await batch.written).get(payment.id);
    },
  };
}

const none = new Map<string, Payment>();

async function insertTogether(
  database: Database,
  payments: readonly NewPayment[],
  asked: Asked,
): Promise<Map<string, Payment>> {
  try {
    return await insertPayments(database, payments, asked, 'skip');
  } catch (error) {
    // What PostgreSQL refuses it has not written. Which of the payments was at fault comes out when each is tried alone.
    const isRefused = databaseFault(error) !== undefined && !isDatabaseUnavailable(error);
    if (isRefused && payments.length > 1) return none;
    throw error;
  }
}
