import type { Viewer } from '../accounts/viewer.js';
import { sql } from '../database/sql.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { EmployeeComponent as EmployeeComponentModel } from '../generated/prisma/client.js';
import type { CapPeriod, EmployeeComponentsArgs } from '../generated/schema-types.js';
import { columnsOf } from '../reads/columns.js';
import type { NestedList } from '../reads/lists.js';
import { byId, type PageArgs } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import { type Day, parseDay } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';

/** A component that an employee has. */
export interface EmployeeComponent {
  id: string;
  componentId: string;
  effectiveFrom: Day;
  effectiveTo: Day | null;
  amount: ShownMoney | null;
  percent: string | null;
  percentOfIds: string[];
  rate: ShownMoney | null;
  cap: ShownMoney | null;
  capPer: CapPeriod | null;
  priority: number;
}

const a = columnsOf<EmployeeComponentModel>('a');

export const employeeComponentTable = defineTable<EmployeeComponent, Viewer>({
  typename: 'EmployeeComponent',
  from: () => sql`employee_components a`,
  id: sql`a.id`,
  visibleTo: (viewer) => visibleEmployees(viewer, sql`a.employee_id`),
  fields: {
    id: a.plain('id'),
    componentId: a.plain('componentId'),
    effectiveFrom: a.day('effectiveFrom'),
    effectiveTo: a.orNull.day('effectiveTo'),
    amount: a.orNull.money('amountMinor', 'currency'),
    percent: a.orNull.decimal('percent'),
    percentOfIds: a.ids('percentOf'),
    rate: a.orNull.money('rateMinor', 'currency'),
    cap: a.orNull.money('capMinor', 'currency'),
    capPer: a.orNull.plain('capPer'),
    priority: a.number('priority'),
  },
  nesting: 'inner',
});

/** What an employee has on a day; today when there is none. */
export const componentsOfEmployee: NestedList<EmployeeComponent, Viewer, EmployeeComponentsArgs & PageArgs> =
  {
    name: 'components',
    table: employeeComponentTable,
    parent: sql`a.employee_id`,
    order: { columns: [byId(sql`a.id`)], direction: 'ASC' },
    conditions: ({ on }, today) => {
      const day = on == null ? today.day : sql`${parseDay(on, 'on')}::date`;
      return [sql`daterange(a.effective_from, a.effective_to, '[]') @> ${day}`];
    },
  };
