import { type Sql, sql } from '../database/sql.js';
import type { Period } from '../values/dates.js';
import { counts, issuedLines } from './issued-lines.js';
import type { Owed, PaidItem, StoredRun } from './item-input.js';
import { correctionCode, salaryCode } from './salary-lines.js';

export interface OwedRow {
  code: string;
  name: string;
  currency: string;
  amountMinor: string;
}

/** Of issued lines: what deductions could not take, less what later runs took of it. */
export const owedMinor = sql`sum(CASE WHEN l.source = 'CARRIED_FORWARD' THEN -l.amount_minor ELSE l.carried_minor END)`;

/**
 * Of lines of a component with the cap of `a`: what was taken, and is owed. What is carried forward counts when it was to be
 * taken; in total also where the item that owed it was voided later.
 */
export const takenMinor = sql`coalesce(sum(l.amount_minor) FILTER (WHERE l.source <> 'CARRIED_FORWARD'), 0)
          + CASE a.cap_per WHEN 'TOTAL'
              THEN greatest(sum(l.carried_minor), sum(l.amount_minor) FILTER (WHERE l.source = 'CARRIED_FORWARD'))
              ELSE sum(l.carried_minor) END`;

/** What is owed, by code. */
export function owedBy(ids: Sql): Sql {
  return sql`
    SELECT i.employee_id::text AS "employeeId", l.code, max(l.name) AS name, l.currency,
      ${owedMinor}::text AS "amountMinor"
    FROM ${issuedLines}
    WHERE i.employee_id IN (SELECT unnest(${ids})) AND ${counts} AND (l.source = 'CARRIED_FORWARD' OR l.carried_minor > 0)
    GROUP BY i.employee_id, l.code, l.currency
    HAVING ${owedMinor} > 0
    ORDER BY l.code`;
}

export function toOwed({ code, name, currency, amountMinor }: OwedRow): Owed {
  return { code, name, currency, amountMinor: BigInt(amountMinor) };
}

export interface PaidItemRow extends Omit<PaidItem, 'lines' | 'paidMinor'> {
  lines: Array<Period & { amountMinor: string }>;
  paidMinor: string;
}

/**
 * Earlier items whose salary may have been changed, or employment ended, inside their days after they were computed. An
 * instant is when a change began, and another process may have an earlier one: an hour makes up for both. Of an item that was
 * voided, what corrected it still counts, and nothing is due.
 *
 * They are those of the year before the run, and as many more as a change that was entered in that year, or the end of an
 * employment, reaches back: to look at all that was ever paid would cost more each year.
 */
export function paidItemsOf(ids: Sql, { id, period }: StoredRun): Sql {
  const aYearBefore = sql`(${period.start}::date - 366)`;
  return sql`
    WITH items AS MATERIALIZED (
      SELECT i.id, i.employee_id, i.currency, r.proration, i.pays_from, y.voided_at IS NOT NULL AS voided
      FROM unnest(${ids}) AS wanted (employee_id)
        CROSS JOIN LATERAL (
          SELECT least(${aYearBefore},
            (SELECT min(c.effective_from) FROM salary_changes c
              WHERE c.employee_id = wanted.employee_id AND c.changed_at >= ${aYearBefore}),
            (SELECT min(m.ended_on) FROM employments m WHERE m.employee_id = wanted.employee_id)) AS day
        ) since
        JOIN pay_run_items i ON i.employee_id = wanted.employee_id
        JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
        LEFT JOIN payments y ON y.employee_id = i.employee_id AND y.id = i.payment_id
      WHERE i.payment_kind = 'SALARY' AND i.pay_run_id <> ${id}::uuid
        AND i.pays_to BETWEEN since.day AND ${period.end}::date
        AND (y.voided_at IS NOT NULL
          OR EXISTS (SELECT FROM salary_changes c WHERE c.employee_id = i.employee_id
              AND c.changed_at > r.computed_at - interval '1 hour' AND c.effective_from <= i.pays_to)
          OR NOT EXISTS (SELECT FROM employments m WHERE m.employee_id = i.employee_id
              AND daterange(m.started_on, m.ended_on, '[]') @> daterange(i.pays_from, i.pays_to, '[]')))
    )
    SELECT paid.employee_id::text AS "employeeId", paid.id::text AS id, paid.currency, paid.proration::text AS proration,
      CASE WHEN paid.voided THEN '[]' ELSE salary.lines END AS lines,
      ${paidForItem(sql`paid.id`)}::text AS "paidMinor"
    FROM items paid
      CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('start', l.period_start, 'end', l.period_end,
          'amountMinor', l.amount_minor::text) ORDER BY l.position) AS lines
        FROM pay_lines l WHERE l.item_id = paid.id AND l.code = ${salaryCode} AND l.source = 'COMPUTED'
      ) salary
    WHERE salary.lines IS NOT NULL
    ORDER BY paid.pays_from`;
}

/** What has been paid for an item's days so far: its salary, unless it was voided, and what has corrected it. */
export function paidForItem(itemId: Sql): Sql {
  // Two sums, each by an index.
  return sql`(
        SELECT coalesce((SELECT sum(l.amount_minor) FROM ${issuedLines}
            WHERE l.item_id = ${itemId} AND l.code = ${salaryCode} AND l.source = 'COMPUTED' AND ${counts}), 0)
          + coalesce((SELECT sum(CASE l.kind WHEN 'DEDUCTION' THEN -l.amount_minor - l.carried_minor ELSE l.amount_minor END)
            FROM ${issuedLines}
            WHERE l.corrects_item_id = ${itemId} AND l.code = ${correctionCode} AND ${counts}), 0))`;
}

export function toPaidItem({ lines, paidMinor, ...rest }: PaidItemRow): PaidItem {
  return {
    ...rest,
    lines: lines.map((one) => ({ ...one, amountMinor: BigInt(one.amountMinor) })),
    paidMinor: BigInt(paidMinor),
  };
}

export interface LastRow {
  netMinor: string;
  currency: string;
  accountMark: string | null;
}

export function lastItemsOf(ids: Sql, { id, payDate }: StoredRun): Sql {
  return sql`
    SELECT DISTINCT ON (i.employee_id) i.employee_id::text AS "employeeId", i.net_minor::text AS "netMinor", i.currency,
      encode(i.account_mark, 'hex') AS "accountMark"
    FROM pay_run_items i JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED' AND r.kind = 'REGULAR'
    WHERE i.employee_id IN (SELECT unnest(${ids})) AND r.id <> ${id}::uuid AND r.pay_date <= ${payDate}::date
    ORDER BY i.employee_id, r.pay_date DESC, r.id DESC`;
}
