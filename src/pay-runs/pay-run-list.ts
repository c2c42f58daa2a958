import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { PayRunFilter, QueryPayRunsArgs } from '../generated/schema-types.js';
import type { List } from '../reads/lists.js';
import { byDay, byId } from '../reads/pages.js';
import { parseDay } from '../values/dates.js';
import { type PayRun, payRunTable } from './pay-run.js';

/** The pay runs that the viewer may see, the latest pay date first. */
export const payRunList: List<PayRun, Viewer, QueryPayRunsArgs> = {
  name: 'payRuns',
  table: payRunTable,
  order: { columns: [byDay(sql`r.pay_date`), byId(sql`r.id`)], direction: 'DESC' },
  conditions: ({ filter }) => (filter ? conditions(filter) : []),
};

function conditions({ status, kind, from, to }: PayRunFilter): Sql[] {
  const found: Sql[] = [];
  if (status != null) found.push(sql`r.status = ${status}::pay_run_status`);
  if (kind != null) found.push(sql`r.kind = ${kind}::pay_run_kind`);
  if (from != null) found.push(sql`r.pay_date >= ${parseDay(from, 'filter.from')}::date`);
  if (to != null) found.push(sql`r.pay_date <= ${parseDay(to, 'filter.to')}::date`);
  return found;
}
