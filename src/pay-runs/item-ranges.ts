import { rowsWithin, type Transaction } from '../database/database.js';
import { type Sql, sql } from '../database/sql.js';

/** How many items one statement writes: it ends long before its time limit, however many a run has. */
const rangeLength = 5_000;

/** Whether the item of an employee is in a range. */
export type InRange = (employeeId: Sql) => Sql;

/** Does something with the items of a run, range by range, in the order of their employees' ids. */
export async function inRanges(
  tx: Transaction,
  runId: string,
  work: (isIn: InRange) => Promise<void>,
): Promise<void> {
  for (let start: string | null = null; ; ) {
    const from: string | null = start;
    const isAfter: InRange = (employeeId) => sql`(${from}::uuid IS NULL OR ${employeeId} > ${from}::uuid)`;
    const [last] = await rowsWithin<{ id: string }>(
      tx,
      sql`
      SELECT i.employee_id::text AS id FROM pay_run_items i
      WHERE i.pay_run_id = ${runId}::uuid AND ${isAfter(sql`i.employee_id`)}
      ORDER BY i.employee_id OFFSET ${rangeLength - 1}::bigint LIMIT 1`,
    );
    const until = last?.id ?? null;
    await work(
      (employeeId) =>
        sql`${isAfter(employeeId)} AND (${until}::uuid IS NULL OR ${employeeId} <= ${until}::uuid)`,
    );
    if (until === null) return;
    start = until;
  }
}
