import type { AuditChange } from '../audit/audit.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Day } from '../values/dates.js';

/**
 * What an audit entry says of a change of days that a salary has been paid for: the payments stay as they are, and
 * somebody should look at them.
 *
 * @param from the first day that is changed
 * @param until the first day that is not, or null
 */
export async function markPaidPeriods(
  tx: Transaction,
  employeeId: string,
  from: Day,
  until: Day | null,
): Promise<AuditChange[]> {
  const rows = await rowsWithin<{ period: string }>(
    tx,
    sql`
    SELECT period_start || ' to ' || period_end AS period FROM payments
    WHERE employee_id = ${employeeId}::uuid AND kind = 'SALARY' AND voided_at IS NULL
      AND daterange(period_start, period_end, '[]') && daterange(${from}::date, ${until}::date)
    ORDER BY period_start`,
  );
  if (rows.length === 0) return [];
  return [{ field: 'paidPeriods', before: null, after: rows.map(({ period }) => period).join(', ') }];
}
