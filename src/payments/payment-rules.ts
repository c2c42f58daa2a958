import { raw, type Sql, sql } from '../database/sql.js';
import { salaryInForce } from '../employees/salary-change.js';
import { salaryShare } from './salary-share.js';

// What is true of a payment that may be made, as conditions on `o`, the order, and `e`, the employee's row.

const employeeId = raw('e.id');
const periodStart = raw('o.period_start');
const periodEnd = raw('o.period_end');

/** In the company. */
export const today = sql`(o.issued_at AT TIME ZONE (SELECT time_zone FROM company))::date`;

export const maxMonthsAhead = 2;

export const isSoonEnough = sql`o.period_start <= ${today} + interval '${raw(String(maxMonthsAhead))} months'`;

/**
 * Whether the period lies within one employment. The newest one is read from the employee's row: of what else the
 * statement reads, it sees nothing that was committed while it waited for the row's lock.
 */
const worksThrough = sql`(
  (e.hired_on <= o.period_start AND (e.terminated_on IS NULL OR e.terminated_on >= o.period_end))
  OR EXISTS (SELECT FROM employments m WHERE m.employee_id = e.id AND m.started_on < e.hired_on
    AND m.started_on <= o.period_start AND m.ended_on >= o.period_end))`;

const isActive = sql`e.hired_on <= ${today} AND (e.terminated_on IS NULL OR e.terminated_on >= ${today})`;

/** Who has left can still be paid an expense, or what an earlier payment was short of. */
const hasStarted = sql`(e.hired_on <= ${today}
  OR EXISTS (SELECT FROM employments m WHERE m.employee_id = e.id AND m.started_on <= ${today}))`;

export const isPayableOnItsDays = sql`CASE o.kind WHEN 'SALARY' THEN ${isSoonEnough} AND ${worksThrough}
  WHEN 'BONUS' THEN ${isActive} ELSE ${hasStarted} END`;

/** What a SALARY is for is its period; anything else may be in the currency of its period, or of now. */
export const salaryCurrency = currencyOn(
  sql`CASE o.kind WHEN 'SALARY' THEN o.period_start ELSE ${today} END`,
);
export const isInCurrency = sql`(o.currency = ${salaryCurrency}
  OR (o.kind <> 'SALARY' AND o.period_start IS NOT NULL AND o.currency = ${currencyOn(periodStart)}))`;

function currencyOn(day: Sql): Sql {
  return sql`(SELECT s.currency FROM (${salaryInForce(employeeId, day)}) s)`;
}

/** Null where the salary is by the hour, or there is none. */
export const shareOfSalary = salaryShare(employeeId, periodStart, periodEnd);

export const isUsual = sql`(o.accept_unusual OR o.kind <> 'SALARY'
  OR coalesce(o.amount_minor * 5 <= round(${shareOfSalary} * 6, 6), TRUE))`;
