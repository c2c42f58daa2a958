import type { Viewer } from '../accounts/viewer.js';
import { rowsWithin, type Transaction } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { Employment as EmploymentModel } from '../generated/prisma/client.js';
import { columnsOf } from '../reads/columns.js';
import type { NestedList } from '../reads/lists.js';
import { byDay } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import type { Day } from '../values/dates.js';
import { visibleEmployees } from './visibility.js';

/** Days that somebody worked here without a break. */
export interface Employment {
  startedOn: Day;
  endedOn: Day | null;
}

const m = columnsOf<EmploymentModel>('m');

/** The employments of an employee, the newest first. */
export const employmentsOfEmployee: NestedList<Employment, Viewer> = {
  name: 'employments',
  table: defineTable<Employment, Viewer>({
    typename: 'Employment',
    from: () => sql`employments m`,
    id: sql`m.employee_id`,
    visibleTo: (viewer) => visibleEmployees(viewer, sql`m.employee_id`),
    fields: { startedOn: m.day('startedOn'), endedOn: m.orNull.day('endedOn') },
    nesting: 'inner',
  }),
  parent: sql`m.employee_id`,
  order: { columns: [byDay(sql`m.started_on`)], direction: 'DESC' },
};

/** @returns whether the employee works here on the day, in whichever employment */
export async function isEmployedOn(tx: Transaction, employeeId: string, day: Day): Promise<boolean> {
  const found = await rowsWithin(
    tx,
    sql`
    SELECT 1 FROM employments WHERE employee_id = ${employeeId}::uuid
      AND daterange(started_on, ended_on, '[]') @> ${day}::date`,
  );
  return found.length > 0;
}
