import { type Sql, sql } from '../database/sql.js';
import type { Period } from '../values/dates.js';
import { type EntryRow, toEntry } from './component-rows.js';
import { overlaps } from './days.js';
import type { Entry, StoredRun } from './item-input.js';

/** What was entered, or left out, for an item whose payment was voided. */
export interface VoidedEntryRow extends EntryRow, Period {}

/**
 * Of items within the run's period. Where another run of the same days has had something of the code since then, that one
 * counts.
 */
export function voidedEntriesOf(ids: Sql, { period }: StoredRun): Sql {
  return sql`
    SELECT i.employee_id::text AS "employeeId", n.id::text AS id, n.code, c.name, c.kind::text AS kind, n.excluded,
      n.amount_minor::text AS "amountMinor", n.currency, n.units::text AS units, n.note, n.source::text AS source,
      i.pays_from::text AS "start", i.pays_to::text AS "end"
    FROM pay_run_items i
      JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
      JOIN payments y ON y.employee_id = i.employee_id AND y.id = i.payment_id AND y.voided_at IS NOT NULL
      JOIN pay_run_entries n ON n.pay_run_id = r.id AND n.employee_id = i.employee_id
      LEFT JOIN pay_components c ON c.code = n.code
    WHERE i.employee_id IN (SELECT unnest(${ids}))
      AND i.pays_from >= ${period.start}::date AND i.pays_to <= ${period.end}::date
      AND NOT EXISTS (
        SELECT FROM pay_run_items o
          JOIN pay_runs q ON q.id = o.pay_run_id AND q.status = 'ISSUED' AND (q.issued_at, q.id) > (r.issued_at, r.id)
          JOIN pay_run_entries m ON m.pay_run_id = q.id AND m.employee_id = o.employee_id AND m.code = n.code
        WHERE o.employee_id = i.employee_id
          AND daterange(o.pays_from, o.pays_to, '[]') && daterange(i.pays_from, i.pays_to, '[]'))
    ORDER BY n.code, n.id`;
}

/**
 * What is entered for an item: what was entered in the run itself, and, of other codes, what was entered for days that were voided
 * and are not paid again.
 */
export function withVoided(
  entries: readonly Entry[],
  voided: readonly VoidedEntryRow[],
  paid: readonly Period[],
): Entry[] {
  const own = new Set(entries.map(({ code }) => code));
  const missing = new Map<string, Entry>();
  for (const { start, end, ...row } of voided) {
    if (own.has(row.code) || overlaps(paid, { start, end }).length > 0) continue;
    const entry = toEntry(row);
    const key = [row.code, row.excluded, row.currency, row.units === null].join(' ');
    missing.set(key, sumOf(entry, missing.get(key)));
  }
  return [...entries, ...missing.values()];
}

/** Of several payments that were voided, an entry is for all. */
function sumOf(entry: Entry, before: Entry | undefined): Entry {
  if (!before) return entry;
  const { amount, units } = before;
  return {
    ...before,
    amount: amount && { ...amount, amountMinor: amount.amountMinor + (entry.amount?.amountMinor ?? 0n) },
    units: units === null ? null : units + (entry.units ?? 0n),
  };
}
