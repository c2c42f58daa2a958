import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { AppError, badInput } from '../values/app-error.js';
import type { Day } from '../values/dates.js';
import { describeMoney } from '../values/money.js';
import type { PaymentOrder } from './payment-order.js';
import {
  isInCurrency,
  isPayableOnItsDays,
  isSoonEnough,
  isUsual,
  maxMonthsAhead,
  salaryCurrency,
  shareOfSalary,
  today,
} from './payment-rules.js';

interface Facts {
  today: Day;
  hiredOn: Day;
  terminatedOn: Day | null;
  isPayable: boolean;
  isSoonEnough: boolean | null;
  currency: string | null;
  isInCurrency: boolean | null;
  isUsual: boolean;
  /** Minor units, a whole number. */
  share: string | null;
  replacedFound: boolean;
  replacedVoided: boolean;
}

/** @returns why insertPayments wrote nothing, as an error for the caller */
export async function explainRefusal(
  { database }: { database: Database },
  order: PaymentOrder,
  now: Date,
): Promise<AppError> {
  const [facts] = await database.rows<Facts>(sql`
    SELECT ${today} AS today, e.hired_on AS "hiredOn", e.terminated_on AS "terminatedOn",
      ${isPayableOnItsDays} AS "isPayable", ${isSoonEnough} AS "isSoonEnough",
      ${salaryCurrency} AS currency, ${isInCurrency} AS "isInCurrency",
      ${isUsual} AS "isUsual", floor(${shareOfSalary})::text AS share,
      r.id IS NOT NULL AS "replacedFound", r.voided_at IS NOT NULL AS "replacedVoided"
    FROM (
      SELECT ${order.kind}::payment_kind AS kind, ${order.period?.start ?? null}::date AS period_start,
        ${order.period?.end ?? null}::date AS period_end, ${order.money.currency}::text AS currency,
        ${order.money.amountMinor}::bigint AS amount_minor, ${order.acceptUnusualAmount}::boolean AS accept_unusual,
        ${now.toISOString()}::timestamptz AS issued_at
    ) o CROSS JOIN employees e LEFT JOIN payments r ON r.id = ${order.replacesId}::uuid AND r.employee_id = e.id
    WHERE e.id = ${order.employeeId}::uuid`);
  if (!facts) return new AppError('NOT_FOUND', 'There is no such employee.', { field: 'employeeId' });
  return (
    refusedDays(facts, order) ??
    refusedCurrency(facts) ??
    refusedReplacement(facts, order) ??
    refusedAmount(facts, order) ??
    // What stood in the way a moment ago has gone.
    new AppError('CONFLICT', 'The employee was being changed. Try again.', { field: 'employeeId' })
  );
}

function refusedDays(facts: Facts, { kind, period }: PaymentOrder): AppError | undefined {
  if (facts.isPayable) return undefined;
  const { today: day, hiredOn, terminatedOn } = facts;
  if (kind !== 'SALARY') {
    if (hiredOn > day) return badInput('employeeId', `The employee starts on ${hiredOn} only.`);
    return badInput('employeeId', `The employee left on ${terminatedOn}.`);
  }
  if (!facts.isSoonEnough) {
    return badInput('period', `The period begins more than ${maxMonthsAhead} months from today, ${day}.`);
  }
  const last = terminatedOn ? `to ${terminatedOn}` : 'on';
  const within = period && `${period.start} to ${period.end}`;
  return badInput(
    'period',
    `The employee works here from ${hiredOn} ${last}, which does not cover ${within}.`,
  );
}

function refusedCurrency({ currency, ...facts }: Facts): AppError | undefined {
  if (currency === null) return badInput('employeeId', 'The employee has no salary.');
  return facts.isInCurrency ? undefined : badInput('amount.currency', `The employee is paid in ${currency}.`);
}

function refusedReplacement(facts: Facts, { replacesId }: PaymentOrder): AppError | undefined {
  if (!replacesId) return undefined;
  if (!facts.replacedFound) {
    return new AppError('NOT_FOUND', 'The employee has no such payment.', { field: 'replaces' });
  }
  if (facts.replacedVoided) return undefined;
  return new AppError('CONFLICT', 'Only a voided payment can be replaced.', { field: 'replaces' });
}

function refusedAmount({ isUsual: usual, share }: Facts, { money }: PaymentOrder): AppError | undefined {
  if (usual || share === null) return undefined;
  const expected = describeMoney({ amountMinor: BigInt(share), currency: money.currency });
  return badInput(
    'acceptUnusualAmount',
    `The amount is more than a fifth above ${expected}, which the salary comes to for the period. ` +
      'Send "acceptUnusualAmount": true to pay it all the same.',
  );
}
