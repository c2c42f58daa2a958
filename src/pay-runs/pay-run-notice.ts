import type { Viewer } from '../accounts/viewer.js';
import { sql } from '../database/sql.js';
import type { PayRunNotice as PayRunNoticeModel } from '../generated/prisma/client.js';
import type { PayRunNoticeCode } from '../generated/schema-types.js';
import { columnsOf } from '../reads/columns.js';
import type { NestedList } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import { visiblePayRuns } from './pay-run.js';

/** Something that somebody should know before a pay run is approved. */
export interface PayRunNotice {
  code: PayRunNoticeCode;
  employeeId: string;
  message: string;
}

const n = columnsOf<PayRunNoticeModel>('n');

const payRunNoticeTable = defineTable<PayRunNotice, Viewer>({
  typename: 'PayRunNotice',
  from: () => sql`pay_run_notices n`,
  id: sql`n.id`,
  visibleTo: visiblePayRuns,
  fields: { code: n.plain('code'), employeeId: n.plain('employeeId'), message: n.text('message') },
  nesting: 'inner',
});

/** Of an item, blockers first: they are written first. */
export const noticesOfItem: NestedList<PayRunNotice, Viewer> = {
  name: 'notices',
  table: payRunNoticeTable,
  parent: sql`n.item_id`,
  order: { columns: [byId(sql`n.id`)], direction: 'ASC' },
};

export const blockersOfPayRun: NestedList<PayRunNotice, Viewer> = {
  ...noticesOfItem,
  name: 'blockers',
  parent: sql`n.pay_run_id`,
  conditions: () => [sql`n.is_blocker`],
};

export const warningsOfPayRun: NestedList<PayRunNotice, Viewer> = {
  ...blockersOfPayRun,
  name: 'warnings',
  conditions: () => [sql`NOT n.is_blocker`],
};
