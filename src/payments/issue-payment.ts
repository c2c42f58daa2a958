import { hash } from 'node:crypto';
import type { SignedIn } from '../accounts/viewer.js';
import { NotWanted } from '../concurrency/gate.js';
import type { Database } from '../database/database.js';
import { databaseFault } from '../database/database-errors.js';
import type { IssuePaymentInput, PaymentKind } from '../generated/schema-types.js';
import type { Asked } from '../reads/asked.js';
import { AppError, badInput } from '../values/app-error.js';
import type { Clock } from '../values/clock.js';
import { dayOf, type Period, parsePeriod } from '../values/dates.js';
import { newId, parseId } from '../values/ids.js';
import { type Money, type PaymentLimits, parseMoney, requireWithinLimit } from '../values/money.js';
import { parseText, requireWellFormed } from '../values/text.js';
import { explainRefusal } from './explain-refusal.js';
import { insertPayments, type NewPayment } from './insert-payments.js';
import type { Payment } from './payment.js';
import type { PaymentWriter } from './payment-writer.js';
import { findReplay } from './replay.js';

export interface IssuePaymentDeps {
  clock: Clock;
  database: Database;
  paymentWriter: PaymentWriter;
  paymentLimits: PaymentLimits;
}

/** A payment to make, every part of it well-formed. */
export interface PaymentOrder {
  employeeId: string;
  money: Money;
  kind: PaymentKind;
  period: Period | null;
  note: string | null;
  replacesId: string | null;
}

/** What a caller means by "the same": the key, and a hash of all that the key stands for. */
export interface IdempotencyKey {
  key: string;
  inputHash: Buffer;
}

export interface IssuePaymentResult {
  payment: Payment;
  replayed: boolean;
}

/**
 * Pays an employee, once for each idempotency key: docs/issuing-a-payment.md tells how.
 *
 * @throws AppError BAD_USER_INPUT on an amount, period, note, key or id that can't be; on an amount above the limit; on
 *   an employee who is not active today or is paid in another currency
 * @throws AppError NOT_FOUND when there is no such employee, or no such payment to replace
 * @throws AppError ALREADY_PAID when a salary payment for some of these days counts already
 * @throws AppError IDEMPOTENCY_MISMATCH when the key stood for another input before
 * @throws AppError CONFLICT when the payment to replace counts still, or has been replaced
 * @throws AppError SERVICE_UNAVAILABLE, with nothing written, when nobody waits for the answer any more
 */
export async function issuePayment(
  deps: IssuePaymentDeps,
  viewer: SignedIn,
  input: IssuePaymentInput,
  asked: Asked,
  isWanted: () => boolean,
): Promise<IssuePaymentResult> {
  const order = parseOrder(input);
  const idempotency = parseIdempotencyKey(input, order);
  const now = deps.clock.now();
  // The same id in each try: should PostgreSQL have written what it says that it refused, it would not write it again.
  const payment = { viewer, order, idempotency, now, id: newId(now), isWanted };
  for (const insert of [insertWithOthers, insertAlone]) {
    const { inserted, conflict } = await tryInsert(deps, payment, asked, insert);
    if (inserted) return { payment: inserted, replayed: false };

    // Nothing was written. A payment that this key has made comes before every reason against a new one.
    const replay = idempotency && (await findReplay(deps, viewer, idempotency, asked));
    if (replay) return { payment: replay, replayed: true };
    if (conflict) throw conflict;
  }
  throw await explainRefusal(deps, order, dayOf(now));
}

type Insert = (deps: IssuePaymentDeps, payment: NewPayment, asked: Asked) => Promise<Payment | undefined>;

const insertWithOthers: Insert = ({ paymentWriter }, payment, asked) => paymentWriter.write(payment, asked);

/** Waits for whoever pays, or changes, the employee, and holds up nobody else. */
const insertAlone: Insert = async ({ database }, payment, asked) => {
  if (!payment.isWanted()) throw new NotWanted();
  return (await insertPayments(database, [payment], asked, 'wait')).get(payment.id);
};

async function tryInsert(
  deps: IssuePaymentDeps,
  payment: NewPayment,
  asked: Asked,
  insert: Insert,
): Promise<{ inserted?: Payment | undefined; conflict?: AppError }> {
  try {
    // Within the try: a limit that was lowered since then stands against a new payment, not against a replay.
    requireWithinLimit(payment.order.money, deps.paymentLimits, 'amount');
    return { inserted: await insert(deps, payment, asked) };
  } catch (error) {
    const conflict = error instanceof AppError && !(error instanceof NotWanted) ? error : asConflict(error);
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
    case 'payments_replaces_key':
      return new AppError('CONFLICT', 'The payment has been replaced already.', {
        field: 'replaces',
        cause: error,
      });
    default:
      return undefined;
  }
}

const longestNote = 500;
const longestKey = 255;

function parseOrder(input: IssuePaymentInput): PaymentOrder {
  const employeeId = parseId(input.employeeId, 'employeeId');
  const money = parseMoney(input.amount, 'amount');
  const period = input.period ? parsePeriod(input.period, 'period') : null;
  // The schema's default is for a kind that is absent; null is not allowed there.
  const kind = input.kind ?? 'SALARY';
  if (kind === 'SALARY' && !period) throw badInput('period', 'A SALARY payment needs a "period".');
  return {
    employeeId,
    money,
    kind,
    period,
    note: input.note == null ? null : parseText(input.note, 'note', longestNote),
    replacesId: input.replaces == null ? null : parseId(input.replaces, 'replaces'),
  };
}

function parseIdempotencyKey(input: IssuePaymentInput, order: PaymentOrder): IdempotencyKey | null {
  if (input.idempotencyKey == null) return null;
  const key = requireWellFormed(input.idempotencyKey, 'idempotencyKey');
  if (key === '') throw badInput('idempotencyKey', '"idempotencyKey" is empty.');
  if ([...key].length > longestKey) {
    throw badInput('idempotencyKey', `"idempotencyKey" is longer than ${longestKey} characters.`);
  }
  return { key, inputHash: hashOrder(order) };
}

/** Of what was meant, not of how it was written: "5.0" and "5.00" are the same input. */
function hashOrder(order: PaymentOrder): Buffer {
  const { employeeId, money, kind, period, note, replacesId } = order;
  const meaning = [
    employeeId,
    money.amountMinor.toString(),
    money.currency,
    kind,
    period?.start,
    period?.end,
    note,
    replacesId,
  ];
  return hash('sha256', JSON.stringify(meaning.map((part) => part ?? null)), 'buffer');
}
