import { rowsWithin, type Transaction } from '../database/database.js';
import { parameter, type Sql, sql } from '../database/sql.js';
import type { Today } from '../reads/table.js';
import { type Day, dayBefore, dayOf } from '../values/dates.js';

/**
 * The day that an instant falls on where the company is, as a date of a statement: so it is right from the moment at
 * which the time zone is changed, on every process.
 */
function todayAt(now: Date): Sql {
  const instant = parameter(now.toISOString());
  return sql`(${instant}::timestamptz AT TIME ZONE (SELECT time_zone FROM company))::date`;
}

/** The same for lists. */
export function todayOfReads(now: Date): Today {
  return { day: todayAt(now), earlier: sql`${dayBefore(dayBefore(dayOf(now)))}::date` };
}

/** The same within a transaction, for a rule that is checked here. */
export async function todayWithin(tx: Transaction, now: Date): Promise<Day> {
  const [row] = await rowsWithin<{ day: Day }>(tx, sql`SELECT ${todayAt(now)}::text AS day`);
  if (!row) throw new Error('a query of one row has none');
  return row.day;
}
