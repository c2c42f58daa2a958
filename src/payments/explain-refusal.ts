import { todayAt } from '../company/today.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { salaryInForce } from '../employees/salary-change.js';
import { AppError, badInput } from '../values/app-error.js';
import type { Day } from '../values/dates.js';
import type { PaymentOrder } from './payment-order.js';

interface Facts {
  today: Day;
  hiredOn: Day;
  terminatedOn: Day | null;
  currency: string;
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
    SELECT today.day AS today, e.hired_on AS "hiredOn", e.terminated_on AS "terminatedOn", s.currency,
      r.id IS NOT NULL AS "replacedFound", r.voided_at IS NOT NULL AS "replacedVoided"
    FROM (SELECT ${todayAt(now)} AS day) today
      CROSS JOIN employees e CROSS JOIN LATERAL (${salaryInForce(sql`e.id`, sql`today.day`)}) s
      LEFT JOIN payments r ON r.id = ${order.replacesId}::uuid AND r.employee_id = e.id
    WHERE e.id = ${order.employeeId}::uuid`);
  if (!facts) return new AppError('NOT_FOUND', 'There is no such employee.', { field: 'employeeId' });
  const { today, hiredOn, terminatedOn, currency } = facts;
  if (hiredOn > today) return badInput('employeeId', `The employee starts on ${hiredOn} only.`);
  if (terminatedOn && terminatedOn < today)
    return badInput('employeeId', `The employee left on ${terminatedOn}.`);
  if (currency !== order.money.currency)
    return badInput('amount.currency', `The employee is paid in ${currency}.`);
  if (order.replacesId && !facts.replacedFound) {
    return new AppError('NOT_FOUND', 'The employee has no such payment.', { field: 'replaces' });
  }
  if (order.replacesId && !facts.replacedVoided) {
    return new AppError('CONFLICT', 'Only a voided payment can be replaced.', { field: 'replaces' });
  }
  // What stood in the way a moment ago has gone.
  return new AppError('CONFLICT', 'The employee was being changed. Try again.', { field: 'employeeId' });
}
