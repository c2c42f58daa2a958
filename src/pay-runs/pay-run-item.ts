import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import { matchesSearch } from '../employees/search.js';
import type { PayRunItem as PayRunItemModel } from '../generated/prisma/client.js';
import type { PayRunItemFilter, PayRunItemsArgs } from '../generated/schema-types.js';
import { columnsOf } from '../reads/columns.js';
import type { NestedList } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import { parseId } from '../values/ids.js';
import type { ShownMoney } from '../values/money.js';
import { parseText } from '../values/text.js';
import { visiblePayRuns } from './pay-run.js';

/** What a pay run pays one employee. */
export interface PayRunItem {
  id: string;
  employeeId: string;
  gross: ShownMoney;
  net: ShownMoney;
  employerCost: ShownMoney;
  paymentId: string | null;
}

const i = columnsOf<PayRunItemModel>('i');

const payRunItemTable = defineTable<PayRunItem, Viewer>({
  typename: 'PayRunItem',
  from: () => sql`pay_run_items i`,
  id: sql`i.id`,
  visibleTo: visiblePayRuns,
  fields: {
    id: i.plain('id'),
    employeeId: i.plain('employeeId'),
    gross: i.money('grossMinor', 'currency'),
    net: i.money('netMinor', 'currency'),
    employerCost: i.money('employerCostMinor', 'currency'),
    paymentId: i.orNull.plain('paymentId'),
  },
  nesting: 'inner',
});

/** The items of a pay run, in the order in which the employees were added. */
export const itemsOfPayRun: NestedList<PayRunItem, Viewer, PayRunItemsArgs> = {
  name: 'payRunItems',
  table: payRunItemTable,
  parent: sql`i.pay_run_id`,
  order: { columns: [byId(sql`i.employee_id`)], direction: 'ASC' },
  conditions: ({ filter }) => (filter ? conditions(filter) : []),
};

const maxDepartmentCharacters = 100;

function conditions({ employeeId, department, hasBlockers, search }: PayRunItemFilter): Sql[] {
  const found: Sql[] = [];
  if (employeeId != null) found.push(sql`i.employee_id = ${parseId(employeeId, 'filter.employeeId')}::uuid`);
  if (department != null) {
    const name = parseText(department, 'filter.department', maxDepartmentCharacters);
    found.push(isOfEmployee(sql`e.department = ${name}`));
  }
  if (hasBlockers != null) {
    const blocked = sql`EXISTS (SELECT FROM pay_run_notices n WHERE n.item_id = i.id AND n.is_blocker)`;
    found.push(hasBlockers ? blocked : sql`NOT ${blocked}`);
  }
  if (search != null && search.trim() !== '') found.push(isOfEmployee(matchesSearch(search)));
  return found;
}

function isOfEmployee(condition: Sql): Sql {
  return sql`EXISTS (SELECT FROM employees e WHERE e.id = i.employee_id AND ${condition})`;
}
