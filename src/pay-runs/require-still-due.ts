import { rowsWithin, type Transaction } from '../database/database.js';
import { type Sql, sql } from '../database/sql.js';
import { AppError } from '../values/app-error.js';
import { owedMinor, paidForItem, takenMinor } from './earlier-runs.js';
import { counts, issuedLines } from './issued-lines.js';
import type { InRange } from './item-ranges.js';

interface Row {
  name: string;
  isPaid: boolean;
}

/**
 * An approved run may pay, or withhold, what another run has in the meantime. The employees must be locked: what is issued for
 * them is then all that there is.
 *
 * @throws AppError ALREADY_PAID when somebody was paid for some of the days, or the salary went into deductions
 * @throws AppError CONFLICT when a correction, what is carried forward, or what a cap allows is not due as it was computed
 */
export async function requireStillDue(tx: Transaction, runId: string, isIn: InRange): Promise<void> {
  const [found] = await rowsWithin<Row>(
    tx,
    sql`
    SELECT e.name, found.is_paid AS "isPaid"
    FROM pay_run_items m
      CROSS JOIN LATERAL (SELECT ${isPaidAlready} AS is_paid) found
      JOIN employees e ON e.id = m.employee_id
    WHERE m.pay_run_id = ${runId}::uuid AND ${isIn(sql`m.employee_id`)}
      AND (found.is_paid OR EXISTS (
        SELECT FROM pay_lines x WHERE x.item_id = m.id AND (${takesMoreThanOwed} OR ${correctsOtherwise} OR ${exceedsCap})))
    LIMIT 1`,
  );
  if (!found) return;
  if (found.isPaid) {
    const message = `${found.name} has been paid for some of these days. Reopen the pay run and recompute it.`;
    throw new AppError('ALREADY_PAID', message, { field: 'id' });
  }
  const message = `What is due to ${found.name} has changed since. Reopen the pay run and recompute it.`;
  throw new AppError('CONFLICT', message, { field: 'id' });
}

const days = (from: Sql, to: Sql) => sql`daterange(${from}, ${to}, '[]')`;
const daysOfItem = days(sql`m.pays_from`, sql`m.pays_to`);

/** The exclusion constraint on payments sees to those that are written meanwhile, but names nobody. */
const isPaidAlready = sql`m.pays_from IS NOT NULL AND (
        EXISTS (SELECT FROM pay_run_items o JOIN pay_runs r ON r.id = o.pay_run_id AND r.status = 'ISSUED'
          WHERE o.employee_id = m.employee_id AND o.payment_id IS NULL AND o.pays_from IS NOT NULL
            AND ${days(sql`o.pays_from`, sql`o.pays_to`)} && ${daysOfItem})
        OR EXISTS (SELECT FROM payments p
          WHERE p.employee_id = m.employee_id AND p.kind = 'SALARY' AND p.voided_at IS NULL
            AND ${days(sql`p.period_start`, sql`p.period_end`)} && ${daysOfItem}))`;

const takesMoreThanOwed = sql`x.source = 'CARRIED_FORWARD' AND x.amount_minor > (
          SELECT coalesce(${owedMinor}, 0) FROM ${issuedLines}
          WHERE i.employee_id = m.employee_id AND l.code = x.code AND l.currency = x.currency AND ${counts})`;

const correctsOtherwise = sql`x.corrects_item_id IS NOT NULL
          AND x.corrects_paid_minor IS DISTINCT FROM ${paidForItem(sql`x.corrects_item_id`)}`;

const exceedsCap = sql`x.employee_component_id IS NOT NULL AND x.amount_minor + x.carried_minor > 0 AND EXISTS (
          SELECT FROM employee_components a JOIN pay_runs q ON q.id = m.pay_run_id
          WHERE a.employee_id = m.employee_id AND a.id = x.employee_component_id AND a.cap_per IN ('YEAR', 'TOTAL')
            AND a.cap_minor < (
              SELECT ${takenMinor}
              FROM pay_lines l JOIN pay_run_items i ON i.id = l.item_id JOIN pay_runs r ON r.id = i.pay_run_id
                LEFT JOIN payments y ON y.employee_id = i.employee_id AND y.id = i.payment_id
              WHERE i.employee_id = m.employee_id AND l.code = x.code AND l.currency = x.currency
                AND (r.status = 'ISSUED' AND ${counts} OR r.id = q.id)
                AND (a.cap_per = 'TOTAL' OR date_trunc('year', r.pay_date) = date_trunc('year', q.pay_date))))`;
