import type { Viewer } from '../accounts/viewer.js';
import type { Database } from '../database/database.js';
import { sql } from '../database/sql.js';
import type { PayComponent as PayComponentModel } from '../generated/prisma/client.js';
import type { PayComponentKind } from '../generated/schema-types.js';
import { columnsOf, condition } from '../reads/columns.js';
import { defineTable } from '../reads/table.js';
import type { Instant } from '../values/dates.js';

/** Something that is paid or withheld besides the salary. */
export interface PayComponent {
  id: string;
  version: number;
  code: string;
  name: string;
  kind: PayComponentKind;
  prorated: boolean;
  ledgerAccount: string | null;
  archivedAt: Instant | null;
}

const c = columnsOf<PayComponentModel>('c');

export const payComponentTable = defineTable<PayComponent, Viewer>({
  typename: 'PayComponent',
  from: () => sql`pay_components c`,
  id: sql`c.id`,
  visibleTo: (viewer) => (viewer.kind === 'anonymous' ? sql`FALSE` : sql`TRUE`),
  fields: {
    id: c.plain('id'),
    version: c.number('version'),
    code: c.plain('code'),
    name: c.text('name'),
    kind: c.plain('kind'),
    prorated: condition(sql`c.prorated`),
    ledgerAccount: c.orNull.text('ledgerAccount'),
    archivedAt: c.orNull.instant('archivedAt'),
  },
  nesting: 'inner',
});

/** All of them, by code. They are few. */
export async function readPayComponents(
  database: Database,
  viewer: Viewer,
  { includeArchived }: { includeArchived: boolean },
): Promise<PayComponent[]> {
  const rows = await database.rows<{ row: string }>(sql`
    SELECT ${payComponentTable.row} AS row FROM pay_components c ${payComponentTable.joins}
    WHERE ${payComponentTable.visibleTo(viewer)} AND (${includeArchived}::boolean OR c.archived_at IS NULL) ORDER BY c.code`);
  return rows.map(({ row }) => payComponentTable.parse(row));
}
