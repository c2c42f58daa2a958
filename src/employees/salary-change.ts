import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { SalaryChange as SalaryChangeModel } from '../generated/prisma/client.js';
import type { PayPeriodUnit } from '../generated/schema-types.js';
import { columnsOf } from '../reads/columns.js';
import type { NestedList } from '../reads/lists.js';
import { byDay, byId, type Order, type PageArgs } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import { type Day, type Instant, parseDay } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';
import { visibleEmployees } from './visibility.js';

/** A salary and the day from which it is paid. */
export interface SalaryChange {
  id: string;
  effectiveFrom: Day;
  salary: ShownMoney;
  unit: PayPeriodUnit;
  changedById: string;
  changedAt: Instant;
}

const c = columnsOf<SalaryChangeModel>('c');

export const salaryChangeTable = defineTable<SalaryChange, Viewer>({
  typename: 'SalaryChange',
  from: () => sql`salary_changes c`,
  id: sql`c.id`,
  visibleTo: (viewer) => visibleEmployees(viewer, sql`c.employee_id`),
  fields: {
    id: c.plain('id'),
    effectiveFrom: c.day('effectiveFrom'),
    salary: c.money('amountMinor', 'currency'),
    unit: c.plain('unit'),
    changedById: c.plain('changedById'),
    changedAt: c.instant('changedAt'),
  },
  nesting: 'inner',
});

const latestFirst: Order = { columns: [byDay(sql`c.effective_from`), byId(sql`c.id`)], direction: 'DESC' };

/** An employee's salary changes, the latest effective day first. */
export const salaryHistory: NestedList<SalaryChange, Viewer> = {
  name: 'salaryHistory',
  table: salaryChangeTable,
  parent: sql`c.employee_id`,
  order: latestFirst,
};

/** The same up to a day: the first one is in force on that day. */
export const salariesUntil: NestedList<SalaryChange, Viewer, PageArgs & { date: string }> = {
  ...salaryHistory,
  name: 'salariesUntil',
  conditions: ({ date }) => [sql`c.effective_from <= ${parseDay(date, 'date')}::date`],
};

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
