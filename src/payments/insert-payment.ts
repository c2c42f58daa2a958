import type { SignedIn } from '../auth/viewer.js';
import { type Database, type Parameter, parameter, type Sql, sql } from '../database/database.js';
import { dayOf } from '../dates.js';
import { salaryInForce } from '../employees/salary-change.js';
import type { Asked } from '../graphql/asked.js';
import { newId } from '../ids.js';
import { describeMoney } from '../money.js';
import type { IdempotencyKey, PaymentOrder } from './issue-payment.js';
import { type Payment, paymentRows } from './payment.js';

export interface NewPayment {
  id: string;
  viewer: SignedIn;
  order: PaymentOrder;
  idempotency: IdempotencyKey | null;
  now: Date;
}

/**
 * Writes a payment, its idempotency record and its audit entry by one statement, which is one transaction: all of them
 * or none.
 *
 * The order within the statement is the order of its locks. The employee's row comes first, so that payments to one
 * employee, and an end of the employment, wait for one another; a waiting statement then finds the key taken, or the
 * exclusion constraint broken, and never a deadlock.
 *
 * @returns undefined, with nothing written, when the employee can't be paid so or the key is taken
 * @throws what the database throws when a constraint would be broken
 */
export async function insertPayment(
  database: Database,
  payment: NewPayment,
  asked: Asked,
): Promise<Payment | undefined> {
  const { viewer, order, idempotency, now } = payment;
  const { money, period } = order;
  const { row, joins, read } = paymentRows.of(asked);
  const shared = sharedValues(payment);
  const { id, userId, currency, instant, replacesId } = shared;
  const [inserted] = await database.rows<{ row: string }>(sql`
    WITH payee AS (${payee(order, shared)}),
    claim AS (${claim(idempotency, shared)}),
    p AS (
      INSERT INTO payments (id, employee_id, amount_minor, currency, kind, period_start, period_end, note, issued_at,
        issued_by, replaces)
      SELECT ${id}::uuid, claim.employee_id, ${money.amountMinor}::bigint, ${currency}::text,
        ${order.kind}::payment_kind, ${period?.start ?? null}::date, ${period?.end ?? null}::date, ${order.note}::text,
        ${instant}::timestamptz, ${userId}::uuid, ${replacesId}::uuid
      FROM claim
      RETURNING *
    ),
    audited AS (
      INSERT INTO audit_entries (id, at, actor_id, action, subject, changes, ip)
      SELECT ${newId(now)}::uuid, p.issued_at, p.issued_by, 'payment.issued', p.id,
        ${JSON.stringify(auditChanges(order, idempotency))}::jsonb, ${viewer.ip}::text
      FROM p
    )
    SELECT ${row} AS row FROM p ${joins}`);
  return inserted && read(inserted.row);
}

/** What stands in several places of the statement. */
type SharedValues = Readonly<
  Record<'id' | 'userId' | 'currency' | 'today' | 'instant' | 'replacesId', Parameter>
>;

function sharedValues({ id, viewer, order, now }: NewPayment): SharedValues {
  return {
    id: parameter(id),
    userId: parameter(viewer.userId),
    currency: parameter(order.money.currency),
    today: parameter(dayOf(now)),
    instant: parameter(now.toISOString()),
    replacesId: parameter(order.replacesId),
  };
}

/** The employee, locked, when such a payment may be made: active today, paid in this currency, and, where the payment replaces one, that one voided. */
function payee(order: PaymentOrder, { currency, today, replacesId }: SharedValues): Sql {
  const isReplaceable =
    order.replacesId === null
      ? sql``
      : sql`AND EXISTS (
        SELECT 1 FROM payments r
        WHERE r.id = ${replacesId}::uuid AND r.employee_id = e.id AND r.voided_at IS NOT NULL)`;
  return sql`
    SELECT e.id FROM employees e
    WHERE e.id = ${order.employeeId}::uuid
      AND e.hired_on <= ${today}::date AND (e.terminated_on IS NULL OR e.terminated_on >= ${today}::date)
      AND ${currency}::text = (SELECT s.currency FROM (${salaryInForce(sql`e.id`, sql`${today}::date`)}) s)
      ${isReplaceable}
    FOR NO KEY UPDATE OF e`;
}

/** Takes the key, or waits for whoever is about to take it and then finds it taken. Without a key there is nothing to take. */
function claim(idempotency: IdempotencyKey | null, { id, userId, instant }: SharedValues): Sql {
  if (!idempotency) return sql`SELECT payee.id AS employee_id FROM payee`;
  return sql`
    INSERT INTO idempotency_records (user_id, operation, key, input_hash, payment_id, created_at)
    SELECT ${userId}::uuid, 'issuePayment', ${idempotency.key}::text, ${idempotency.inputHash}::bytea,
      ${id}::uuid, ${instant}::timestamptz
    FROM payee
    ON CONFLICT (user_id, operation, key) DO NOTHING
    RETURNING (SELECT payee.id FROM payee) AS employee_id`;
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
