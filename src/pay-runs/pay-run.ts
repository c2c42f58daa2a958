import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { PayRun as PayRunModel } from '../generated/prisma/client.js';
import type { PayRunKind, PayRunStatus, Proration } from '../generated/schema-types.js';
import { columnsOf, object } from '../reads/columns.js';
import { defineTable } from '../reads/table.js';
import type { Day, Instant, Period } from '../values/dates.js';

/** Payments that are issued together. */
export interface PayRun {
  id: string;
  version: number;
  kind: PayRunKind;
  reason: string | null;
  period: Period;
  payDate: Day;
  proration: Proration;
  status: PayRunStatus;
  contentHash: string;
  draftedById: string;
  approvedById: string | null;
  approvedAt: Instant | null;
  issuedById: string | null;
  issuedAt: Instant | null;
}

const r = columnsOf<PayRunModel>('r');

/** A pay run tells of everybody's pay: an EMPLOYEE sees none. */
export function visiblePayRuns(viewer: Viewer): Sql {
  return viewer.kind === 'anonymous' || viewer.role === 'EMPLOYEE' ? sql`FALSE` : sql`TRUE`;
}

export const payRunTable = defineTable<PayRun, Viewer>({
  typename: 'PayRun',
  from: () => sql`pay_runs r`,
  id: sql`r.id`,
  visibleTo: visiblePayRuns,
  fields: {
    id: r.plain('id'),
    version: r.number('version'),
    kind: r.plain('kind'),
    reason: r.orNull.text('reason'),
    period: object<Period>('Period', { start: r.day('periodStart'), end: r.day('periodEnd') }),
    payDate: r.day('payDate'),
    proration: r.plain('proration'),
    status: r.plain('status'),
    contentHash: r.plain('contentHash'),
    draftedById: r.plain('draftedById'),
    approvedById: r.orNull.plain('approvedById'),
    approvedAt: r.orNull.instant('approvedAt'),
    issuedById: r.orNull.plain('issuedById'),
    issuedAt: r.orNull.instant('issuedAt'),
  },
  nesting: 'inner',
});
