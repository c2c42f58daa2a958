import { type Sql, sql } from '../database/sql.js';

/**
 * What a salary pays for a period, in minor units and fractions of one: each month's part, divided over its days as the
 * company divides it, with each change of the salary on its day. It is no amount to pay, only one to compare with.
 *
 * @returns a subquery of one number, null for a salary by the hour
 */
export function salaryShare(employeeId: Sql, start: Sql, end: Sql): Sql {
  return sql`(
    SELECT sum(CASE c.unit WHEN 'YEAR' THEN c.amount_minor / 12.0 WHEN 'MONTH' THEN c.amount_minor END * ${fraction})
    FROM (
      SELECT c.amount_minor, c.unit, greatest(c.effective_from, ${start}) AS first_day,
        least(lead(c.effective_from) OVER (ORDER BY c.effective_from) - 1, ${end}) AS last_day
      FROM (SELECT DISTINCT ON (c.effective_from) c.effective_from, c.amount_minor, c.unit FROM salary_changes c
        WHERE c.employee_id = ${employeeId} AND c.effective_from <= ${end}
        ORDER BY c.effective_from, c.id DESC) c
    ) c
    CROSS JOIN LATERAL generate_series(date_trunc('month', c.first_day::timestamp), c.last_day, '1 month') AS month (start)
    CROSS JOIN LATERAL (SELECT month.start::date AS month_first, (month.start + interval '1 month')::date - 1 AS month_last) m
    CROSS JOIN LATERAL (SELECT greatest(c.first_day, m.month_first) AS first_day, least(c.last_day, m.month_last) AS last_day) d
    WHERE c.first_day <= c.last_day)`;
}

const days = sql`(d.last_day - d.first_day + 1)`;
const monthDays = sql`(m.month_last - m.month_first + 1)`;

/** The part of the month that the days are. */
const fraction = sql`CASE WHEN ${days} = ${monthDays} THEN 1 ELSE
  CASE (SELECT proration FROM company)
    WHEN 'WEEKDAYS' THEN ${weekdays(sql`d.first_day`, sql`d.last_day`)}::numeric
      / ${weekdays(sql`m.month_first`, sql`m.month_last`)}
    WHEN 'THIRTIETHS' THEN ${days} / 30.0
    ELSE ${days}::numeric / ${monthDays} END
  END`;

function weekdays(first: Sql, last: Sql): Sql {
  return sql`(SELECT count(*) FROM generate_series(${first}, ${last}, interval '1 day') day WHERE extract(isodow FROM day) < 6)`;
}
