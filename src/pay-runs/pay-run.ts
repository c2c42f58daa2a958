import type { Viewer } from '../accounts/viewer.js';
import { sql } from '../database/sql.js';
import type { PayRun as PayRunModel } from '../generated/prisma/client.js';
import type { PayRunStatus } from '../generated/schema-types.js';
import { columnsOf, object } from '../reads/columns.js';
import { defineTable } from '../reads/table.js';
import type { Day, Instant, Period } from '../values/dates.js';

/** Payments that are issued together. */
export interface PayRun {
  id: string;
  version: number;
  period: Period;
  payDate: Day;
  status: PayRunStatus;
  draftedById: string;
  approvedById: string | null;
  approvedAt: Instant | null;
  issuedById: string | null;
  issuedAt: Instant | null;
}

const r = columnsOf<PayRunModel>('r');

export const payRunTable = defineTable<PayRun, Viewer>({
  typename: 'PayRun',
  from: () => sql`pay_runs r`,
  id: sql`r.id`,
  // A pay run tells of everybody's pay: an EMPLOYEE sees none.
  visibleTo: (viewer) => (viewer.kind === 'anonymous' || viewer.role === 'EMPLOYEE' ? sql`FALSE` : sql`TRUE`),
  fields: {
    id: r.plain('id'),
    version: r.number('version'),
    period: object<Period>('Period', { start: r.day('periodStart'), end: r.day('periodEnd') }),
    payDate: r.day('payDate'),
    status: r.plain('status'),
    draftedById: r.plain('draftedById'),
    approvedById: r.orNull.plain('approvedById'),
    approvedAt: r.orNull.instant('approvedAt'),
    issuedById: r.orNull.plain('issuedById'),
    issuedAt: r.orNull.instant('issuedAt'),
  },
  nesting: 'inner',
});
