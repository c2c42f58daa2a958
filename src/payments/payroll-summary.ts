import type { Database } from '../database/database.js';
import { type Sql, sql } from '../database/sql.js';
import type { QueryPayrollSummaryArgs, SummaryGroup } from '../generated/schema-types.js';
import { badInput } from '../values/app-error.js';
import { parseDay } from '../values/dates.js';
import { amountText, type ShownMoney } from '../values/money.js';

interface PayrollSummaryRow {
  key: string;
  currency: string;
  issued: ShownMoney;
  voided: ShownMoney;
  payments: number;
  employees: number;
}

interface SumRow {
  key: string;
  currency: string;
  issuedMinor: string;
  voidedMinor: string;
  payments: number;
  employees: number;
}

const keys: Record<SummaryGroup, Sql> = {
  DEPARTMENT: sql`e.department`,
  MONTH: sql`to_char(p.issued_at AT TIME ZONE c.time_zone, 'YYYY-MM')`,
  KIND: sql`p.kind::text`,
};

/**
 * Sums what was issued on some days, by the company's time zone. The rules let in whoever reads everything.
 *
 * @throws AppError BAD_USER_INPUT on a day that there is not, and when `to` is before `from`
 */
export async function payrollSummary(
  { database }: { database: Database },
  { from, to, groupBy }: QueryPayrollSummaryArgs,
): Promise<PayrollSummaryRow[]> {
  const first = parseDay(from, 'from');
  const last = parseDay(to, 'to');
  if (last < first) throw badInput('to', '"to" is before "from".');
  const rows = await database.slowRows<SumRow>(sql`
    SELECT ${keys[groupBy]} AS key, p.currency,
      coalesce(sum(p.amount_minor) FILTER (WHERE p.voided_at IS NULL), 0)::text AS "issuedMinor",
      coalesce(sum(p.amount_minor) FILTER (WHERE p.voided_at IS NOT NULL), 0)::text AS "voidedMinor",
      (count(*) FILTER (WHERE p.voided_at IS NULL))::integer AS payments,
      (count(DISTINCT p.employee_id) FILTER (WHERE p.voided_at IS NULL))::integer AS employees
    FROM payments p JOIN employees e ON e.id = p.employee_id, company c
    WHERE p.issued_at >= ${first}::date::timestamp AT TIME ZONE c.time_zone
      AND p.issued_at < (${last}::date + 1)::timestamp AT TIME ZONE c.time_zone
    GROUP BY 1, 2 ORDER BY 1, 2`);
  return rows.map(({ issuedMinor, voidedMinor, currency, ...row }) => ({
    ...row,
    currency,
    issued: { amount: amountText(issuedMinor, currency), currency },
    voided: { amount: amountText(voidedMinor, currency), currency },
  }));
}
