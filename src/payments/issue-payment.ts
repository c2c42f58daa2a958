import type { SignedIn } from '../accounts/viewer.js';
import type { Database } from '../database/database.js';
import { databaseFault } from '../database/database-errors.js';
import type { IssuePaymentInput } from '../generated/schema-types.js';
import { AppError } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { newId } from '../values/ids.js';
import { type PaymentLimits, requireWithinLimit } from '../values/money.js';
import { explainRefusal } from './explain-refusal.js';
import { insertPayments, type NewPayment } from './insert-payments.js';
import type { Payment } from './payment.js';
import { parseIdempotencyKey, parseOrder } from './payment-order.js';
import type { PaymentWriter } from './payment-writer.js';
import { findReplay } from './replay.js';

export interface IssuePaymentDeps {
  clock: Clock;
  database: Database;
  paymentWriter: PaymentWriter;
  paymentLimits: PaymentLimits;
  /** Aborted when nobody waits for the payment any more: it is not begun then. */
  signal: AbortSignal;
}

export interface IssuePaymentResult {
  payment: Payment;
  /** Whether an earlier call with the same key made the payment. */
  replayed: boolean;
}

/**
 * Pays an employee, once for each idempotency key: docs/issuing-a-payment.md tells how.
 *
 * @throws AppError BAD_USER_INPUT on an amount, period, note, key or id that can't be; on an amount above the limit, or far
 *   above the salary; on days for which the employee can't be paid, and on another currency than the salary's
 * @throws AppError NOT_FOUND when there is no such employee, or no such payment to replace
 * @throws AppError ALREADY_PAID when a salary payment for some of these days counts already, or a pay run's deductions took it
 * @throws AppError IDEMPOTENCY_MISMATCH when the key was used with another input
 * @throws AppError CONFLICT when the payment to replace still counts, or has been replaced
 * @throws AppError SERVICE_UNAVAILABLE, with nothing written, when nobody waits for the payment any more
 */
export async function issuePayment(
  deps: IssuePaymentDeps,
  viewer: SignedIn,
  input: IssuePaymentInput,
): Promise<IssuePaymentResult> {
  const order = parseOrder(input);
  const idempotency = parseIdempotencyKey(input, order);
  const now = deps.clock.now();
  // The same id in each try: should PostgreSQL have written what it says that it refused, it would not write it again.
  const payment = { viewer, order, idempotency, now, id: newId(now), signal: deps.signal };
  for (const insert of [insertWithOthers, insertAlone]) {
    const { inserted, conflict } = await tryInsert(deps, payment, insert);
    if (inserted) return { payment: inserted, replayed: false };

    // Nothing was written. A payment that this key has made comes before every reason against a new one.
    const replay = idempotency && (await findReplay(deps, viewer, idempotency));
    if (replay) return { payment: replay, replayed: true };
    if (conflict) throw conflict;
  }
  throw await explainRefusal(deps, order, now);
}

type Insert = (deps: IssuePaymentDeps, payment: NewPayment) => Promise<Payment | undefined>;

const insertWithOthers: Insert = ({ paymentWriter }, payment) => paymentWriter.write(payment);

/** Waits for whoever pays, or changes, the employee, and holds up nobody else. */
const insertAlone: Insert = async ({ database }, payment) =>
  (await insertPayments(database, [payment], 'wait')).get(payment.id);

async function tryInsert(
  deps: IssuePaymentDeps,
  payment: NewPayment,
  insert: Insert,
): Promise<{ inserted?: Payment | undefined; conflict?: AppError }> {
  try {
    requireWithinLimit(payment.order.money, deps.paymentLimits, 'amount');
  } catch (error) {
    // A limit that was lowered since then is a reason against a new payment, and not against a replay.
    if (error instanceof AppError) return { conflict: error };
    throw error;
  }
  try {
    return { inserted: await insert(deps, payment) };
  } catch (error) {
    const conflict = asConflict(error);
    if (!conflict) throw error;
    return { conflict };
  }
}

function asConflict(error: unknown): AppError | undefined {
  switch (databaseFault(error)?.constraint) {
    case 'payments_salary_period_excl':
      return new AppError('ALREADY_PAID', 'The employee has a salary payment for some of these days.', {
        field: 'period',
        cause: error,
      });
    case 'payments_withheld_days':
      return new AppError(
        'ALREADY_PAID',
        'The salary of some of these days went into the deductions of a pay run.',
        { field: 'period', cause: error },
      );
    case 'payments_employee_id_replaces_key':
      return new AppError('CONFLICT', 'The payment has been replaced already.', {
        field: 'replaces',
        cause: error,
      });
    default:
      return undefined;
  }
}
