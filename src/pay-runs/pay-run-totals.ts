import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import { type ShownMoney, showMoney } from '../values/money.js';

/** The sums of a pay run in one currency. */
export interface PayRunTotal {
  currency: string;
  gross: ShownMoney;
  deductions: ShownMoney;
  net: ShownMoney;
  employerCost: ShownMoney;
  employees: number;
}

interface Row {
  currency: string;
  gross: string;
  deductions: string;
  net: string;
  employerCost: string;
  employees: number;
}

/** Of the items whose payment was not voided. */
export async function readTotals(database: Database, payRunId: string): Promise<PayRunTotal[]> {
  const rows = await database.slowRows<Row>(sql`
    SELECT i.currency, sum(i.gross_minor)::text AS gross, sum(i.deductions_minor)::text AS deductions,
      sum(i.net_minor)::text AS net, sum(i.employer_cost_minor)::text AS "employerCost", count(*)::int AS employees
    FROM pay_run_items i LEFT JOIN payments y ON y.employee_id = i.employee_id AND y.id = i.payment_id
    WHERE i.pay_run_id = ${payRunId}::uuid AND y.voided_at IS NULL
    GROUP BY i.currency ORDER BY i.currency`);
  return rows.map(({ currency, employees, gross, deductions, net, employerCost }) => ({
    currency,
    employees,
    gross: showMoney(gross, currency),
    deductions: showMoney(deductions, currency),
    net: showMoney(net, currency),
    employerCost: showMoney(employerCost, currency),
  }));
}

export async function countEmployees(database: Database, payRunId: string): Promise<number> {
  const [row] = await database.slowRows<{ count: number }>(sql`
    SELECT count(*)::int AS count FROM pay_run_items WHERE pay_run_id = ${payRunId}::uuid`);
  return row?.count ?? 0;
}
