import type { Viewer } from '../accounts/viewer.js';
import { sql } from '../database/sql.js';
import type { PayLine as PayLineModel } from '../generated/prisma/client.js';
import type { PayComponentKind, PayLineSource } from '../generated/schema-types.js';
import { columnsOf, nullable, object } from '../reads/columns.js';
import type { NestedList } from '../reads/lists.js';
import { byId } from '../reads/pages.js';
import { defineTable } from '../reads/table.js';
import type { Period } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';
import { visiblePayRuns } from './pay-run.js';

/** A part of an item. */
export interface PayLine {
  id: string;
  code: string;
  name: string;
  kind: PayComponentKind;
  amount: ShownMoney;
  source: PayLineSource;
  period: Period | null;
  units: string | null;
  rate: ShownMoney | null;
  note: string | null;
}

const l = columnsOf<PayLineModel>('l');

/** The lines of an item, in the order in which they were computed: their ids sort so. */
export const linesOfItem: NestedList<PayLine, Viewer> = {
  name: 'payLines',
  table: defineTable<PayLine, Viewer>({
    typename: 'PayLine',
    from: () => sql`pay_lines l`,
    id: sql`l.id`,
    visibleTo: visiblePayRuns,
    fields: {
      id: l.plain('id'),
      code: l.plain('code'),
      name: l.text('name'),
      kind: l.plain('kind'),
      amount: l.money('amountMinor', 'currency'),
      source: l.plain('source'),
      period: nullable(
        object<Period>('Period', { start: l.member.day('periodStart'), end: l.member.day('periodEnd') }),
        l.isNull('periodStart'),
      ),
      units: l.orNull.decimal('units'),
      rate: l.orNull.money('rateMinor', 'currency'),
      note: l.orNull.text('note'),
    },
    nesting: 'inner',
  }),
  parent: sql`l.item_id`,
  order: { columns: [byId(sql`l.id`)], direction: 'ASC' },
};
