import type { Viewer } from '../accounts/viewer.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { PayComponentKind } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { type ShownMoney, showMoney } from '../values/money.js';
import { counts, issuedLines } from './issued-lines.js';

/** What a component came to. */
export interface ComponentTotal {
  code: string;
  name: string;
  kind: PayComponentKind;
  amount: ShownMoney;
}

interface Row extends Omit<ComponentTotal, 'amount'> {
  amountMinor: string;
  currency: string;
}

/**
 * What an employee's components came to in a calendar year of pay dates, from what is issued and not voided.
 *
 * @throws AppError BAD_USER_INPUT on a year before 1900 or after 9999
 */
export async function yearToDate(
  database: Database,
  viewer: Viewer,
  employeeId: string,
  year: number,
): Promise<ComponentTotal[]> {
  if (year < 1900 || year > 9999) throw badInput('year', '"year" is not one from 1900 to 9999.');
  const rows = await database.rows<Row>(sql`
    SELECT l.code, max(l.name) AS name, l.kind::text AS kind, sum(l.amount_minor)::text AS "amountMinor", l.currency
    FROM ${issuedLines}
    WHERE i.employee_id = ${employeeId}::uuid AND ${visibleEmployees(viewer, sql`i.employee_id`)} AND ${counts}
      AND r.pay_date BETWEEN make_date(${year}::int, 1, 1) AND make_date(${year}::int, 12, 31)
    GROUP BY l.code, l.kind, l.currency ORDER BY l.kind, l.code, l.currency`);
  return rows.map(({ code, name, kind, amountMinor, currency }) => ({
    code,
    name,
    kind,
    amount: showMoney(amountMinor, currency),
  }));
}
