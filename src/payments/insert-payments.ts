import type { SignedIn } from '../accounts/viewer.js';
import type { Database } from '../database/database.js';
import { empty, raw, type Sql, sql } from '../database/sql.js';
import type { PaymentKind } from '../generated/schema-types.js';
import type { Day } from '../values/dates.js';
import { newId } from '../values/ids.js';
import { describeMoney } from '../values/money.js';
import { type Payment, paymentTable } from './payment.js';
import type { IdempotencyKey, PaymentOrder } from './payment-order.js';
import { isInCurrency, isPayableOnItsDays, isUsual } from './payment-rules.js';

export interface NewPayment {
  id: string;
  viewer: SignedIn;
  order: PaymentOrder;
  idempotency: IdempotencyKey | null;
  now: Date;
  /** Aborted when nobody waits for the payment any more: it is not begun then. */
  signal: AbortSignal;
}

/**
 * What becomes of a payment while somebody else pays, or changes, its employee: it waits, or is left out. One that may be
 * left out is so for a second salary of the same days, too, which would have the statement refused for all.
 */
export type WhenLocked = 'wait' | 'skip';

/**
 * Writes payments, their idempotency records and their audit entries by one statement, which is one transaction: all of
 * them or none. Payments to employees who can't be paid so, and payments whose key is taken, are left out, with all that
 * is theirs.
 *
 * The order within the statement is the order of its locks. The employees' rows come first, so that payments to one
 * employee, and an end of the employment, wait for one another; a waiting statement then finds the key taken, or the
 * exclusion constraint broken. Whoever waits for an employee holds nothing, and keys are taken in one order: so there is
 * never a deadlock. Several payments are to skip employees that are locked, or the rest would be held up by one; for any
 * other lock they wait a quarter of a second, and are refused.
 *
 * @returns those that were written, by their ids
 * @throws what the database throws when a constraint would be broken: nothing is written then
 * @throws AppError SERVICE_UNAVAILABLE, with nothing written, when nobody waits for any of them any more
 */
export async function insertPayments(
  database: Database,
  payments: readonly NewPayment[],
  whenLocked: WhenLocked,
): Promise<Map<string, Payment>> {
  const statement = () => insertStatement(stillWanted(payments), whenLocked);
  const inserted = await database.rows<{ id: string; row: string }>(statement);
  return new Map(inserted.map(({ id, row }) => [id, paymentTable.parse(row)]));
}

/** Looked at when a connection is free: what nobody waits for any more is not written. */
function stillWanted(payments: readonly NewPayment[]): readonly NewPayment[] {
  const wanted = payments.filter(({ signal }) => !signal.aborted);
  if (wanted.length === 0) payments[0]?.signal.throwIfAborted();
  return wanted;
}

function insertStatement(payments: readonly NewPayment[], whenLocked: WhenLocked): Sql {
  return sql`
    WITH payee AS (${payee(payments, whenLocked)}),
    claim AS (
      INSERT INTO idempotency_records (user_id, operation, key, input_hash, employee_id, payment_id, created_at)
      SELECT o.issued_by, 'issuePayment', o.key, o.input_hash, o.employee_id, o.id, o.issued_at
      FROM payee o WHERE o.key IS NOT NULL
      ORDER BY o.issued_by, o.key
      ON CONFLICT (user_id, operation, key) DO NOTHING
      RETURNING payment_id
    ),
    p AS (
      INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, note, issued_at,
        issued_by, replaces)
      SELECT o.id, o.employee_id, o.amount_minor, o.currency, o.kind, o.period_start, o.period_end, o.note, o.issued_at,
        o.issued_by, o.replaces
      FROM payee o WHERE o.key IS NULL OR o.id IN (SELECT payment_id FROM claim)
      RETURNING *
    ),
    audited AS (
      INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
      SELECT o.audit_entry_id, o.issued_at, o.issued_by, 'payment.issued', o.id, o.changes, o.ip
      FROM payee o WHERE o.id IN (SELECT id FROM p)
    )
    SELECT p.id, ${paymentTable.row} AS row FROM p ${paymentTable.joins}`;
}

const skipLocked = raw('SKIP LOCKED');
/** Beside a query: none of its rows is looked at before the limit is set. It ends with the statement. */
const waitBriefly = raw(`CROSS JOIN (SELECT set_config('lock_timeout', '250ms', true) OFFSET 0) brief`);
/** The constraint has the last word. */
const isNotPaid = raw(`AND NOT (o.kind = 'SALARY' AND EXISTS (
          SELECT FROM payments s WHERE s.employee_id = e.id AND s.kind = 'SALARY' AND s.voided_at IS NULL
            AND daterange(s.period_start, s.period_end, '[]') && daterange(o.period_start, o.period_end, '[]')))`);

/**
 * The payments that may be made, their employees locked: payable on these days, in this currency, this much,
 * and, where a payment replaces one, that one voided. Each employee is looked up by a query of its own: a join would read all of them where the
 * planner expects many payments.
 */
function payee(payments: readonly NewPayment[], whenLocked: WhenLocked): Sql {
  const mayWait = whenLocked === 'wait';
  return sql`
    SELECT o.* FROM ${ordered(payments)} ${mayWait ? empty : waitBriefly}
    CROSS JOIN LATERAL (
      SELECT FROM employees e
      WHERE e.id = o.employee_id
        AND ${isPayableOnItsDays} AND ${isInCurrency} AND ${isUsual}
        AND (o.replaces IS NULL OR EXISTS (
          SELECT FROM payments r WHERE r.id = o.replaces AND r.employee_id = e.id AND r.voided_at IS NOT NULL))
        ${mayWait ? empty : isNotPaid}
      FOR NO KEY UPDATE OF e ${mayWait ? empty : skipLocked}
    ) e`;
}

/** One value, however many they are: so there is one statement to prepare. */
function ordered(payments: readonly NewPayment[]): Sql {
  return sql`json_to_recordset(${JSON.stringify(payments.map(orderedRow))}::json) AS o (
    id uuid, employee_id uuid, amount_minor bigint, currency text, kind payment_kind, period_start date, period_end date,
    note text, replaces uuid, issued_at timestamptz, issued_by uuid, accept_unusual boolean, key text, input_hash bytea,
    audit_entry_id uuid, changes jsonb, ip text)`;
}

interface OrderedRow {
  id: string;
  employee_id: string;
  amount_minor: string;
  currency: string;
  kind: PaymentKind;
  period_start: Day | undefined;
  period_end: Day | undefined;
  note: string | null;
  replaces: string | null;
  issued_at: string;
  issued_by: string;
  accept_unusual: boolean;
  key: string | undefined;
  input_hash: string | undefined;
  audit_entry_id: string;
  changes: ReturnType<typeof auditChanges>;
  ip: string | null;
}

function orderedRow({ id, viewer, order, idempotency, now }: NewPayment): OrderedRow {
  return {
    id,
    employee_id: order.employeeId,
    amount_minor: order.money.amountMinor.toString(),
    currency: order.money.currency,
    kind: order.kind,
    period_start: order.period?.start,
    period_end: order.period?.end,
    note: order.note,
    replaces: order.replacesId,
    issued_at: now.toISOString(),
    issued_by: viewer.userId,
    accept_unusual: order.acceptUnusualAmount,
    key: idempotency?.key,
    input_hash: idempotency ? `\\x${idempotency.inputHash.toString('hex')}` : undefined,
    audit_entry_id: newId(now),
    changes: auditChanges(order, idempotency),
    ip: viewer.ip,
  };
}

function auditChanges(order: PaymentOrder, idempotency: IdempotencyKey | null) {
  const fields = [
    ['employeeId', order.employeeId],
    ['amount', describeMoney(order.money)],
    ['kind', order.kind],
    ['period', order.period && `${order.period.start} to ${order.period.end}`],
    ['note', order.note],
    ['replaces', order.replacesId],
    ['idempotencyKey', idempotency?.key ?? null],
  ] as const;
  return fields
    .filter(([, after]) => after !== null)
    .map(([field, after]) => ({ field, before: null, after }));
}
