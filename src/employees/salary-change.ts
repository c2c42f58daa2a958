import { type Database, type Sql, sql } from '../database/database.js';
import type { PayPeriodUnit } from '../generated/schema-types.js';
import { countByKey, groupByKey } from '../reads/grouping.js';
import { type Cursors, type Page, type PageArgs, parsePage, toPage } from '../reads/pagination.js';
import { type Day, type Instant, instantOf, parseDay } from '../values/dates.js';
import { type ShownMoney, showMoney } from '../values/money.js';

/** A salary and the day from which it is paid. */
export interface SalaryChange {
  id: string;
  employeeId: string;
  effectiveFrom: Day;
  salary: ShownMoney;
  unit: PayPeriodUnit;
  changedById: string;
  changedAt: Instant;
}

export type SalaryChangePage = Page<SalaryChange>;

interface ReadDeps {
  database: Database;
}

type SalaryChangeRow = Omit<SalaryChange, 'salary'> & { amountMinor: string; currency: string };

const columns = sql`
  id, employee_id AS "employeeId", effective_from AS "effectiveFrom", amount_minor::text AS "amountMinor", currency,
  unit, changed_by AS "changedById", changed_at::text AS "changedAt"`;

function toSalaryChange({ amountMinor, currency, changedAt, ...rest }: SalaryChangeRow): SalaryChange {
  return { ...rest, salary: showMoney(amountMinor, currency), changedAt: instantOf(changedAt) };
}

/**
 * The subquery of the one salary row in force on a day: the newest of the latest effective day that has come, or, for
 * somebody who has yet to start, the first one that will come.
 *
 * @param employeeId of the outer query, as `day`
 */
export function salaryInForce(employeeId: Sql, day: Sql): Sql {
  return sql`
    (SELECT c.* FROM salary_changes c WHERE c.employee_id = ${employeeId} AND c.effective_from <= ${day}
      ORDER BY c.effective_from DESC, c.id DESC LIMIT 1)
    UNION ALL
    (SELECT c.* FROM salary_changes c WHERE c.employee_id = ${employeeId} AND c.effective_from > ${day}
      ORDER BY c.effective_from, c.id DESC LIMIT 1)
    LIMIT 1`;
}

/**
 * @returns the salary change in force on a day, for those of the employees who have one by then
 * @throws AppError BAD_USER_INPUT on a day that is out of range
 */
export async function findSalariesAt(
  deps: ReadDeps,
  employeeIds: string[],
  date: Day,
): Promise<SalaryChange[]> {
  const day = parseDay(date, 'date');
  const rows = await deps.database.rows<SalaryChangeRow>(sql`
    SELECT ${columns} FROM unnest(${employeeIds}::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
      SELECT c.* FROM salary_changes c WHERE c.employee_id = wanted_id AND c.effective_from <= ${day}::date
      ORDER BY c.effective_from DESC, c.id DESC LIMIT 1) c`);
  return rows.map(toSalaryChange);
}

/** @returns a page of each employee's salary changes, the latest effective day first, by employee */
export async function findSalaryHistories(
  deps: ReadDeps & { cursors: Cursors },
  employeeIds: string[],
  args: PageArgs,
): Promise<Map<string, SalaryChangePage>> {
  const list = 'salaryHistory';
  const page = parsePage(deps.cursors, list, args);
  const following = page.after
    ? sql`AND (c.effective_from, c.id) < (${page.after[0]}::date, ${page.after[1]}::uuid)`
    : sql``;
  const rows = await deps.database.rows<SalaryChangeRow>(sql`
    SELECT ${columns} FROM unnest(${employeeIds}::uuid[]) AS wanted (wanted_id) CROSS JOIN LATERAL (
      SELECT c.* FROM salary_changes c WHERE c.employee_id = wanted_id ${following}
      ORDER BY c.effective_from DESC, c.id DESC LIMIT ${page.limit + 1}) c
    ORDER BY effective_from DESC, id DESC`);
  const count = countByKey(() =>
    deps.database.rows(sql`
      SELECT employee_id AS key, count(*) FROM salary_changes
      WHERE employee_id = ANY(${employeeIds}::uuid[]) GROUP BY employee_id`),
  );
  return groupByKey(
    employeeIds,
    rows.map(toSalaryChange),
    (change) => change.employeeId,
    (id, changes) =>
      toPage(
        deps.cursors,
        list,
        page,
        changes,
        (change) => [change.effectiveFrom, change.id],
        () => count(id),
      ),
  );
}
