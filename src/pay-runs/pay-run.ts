import type { Viewer } from '../accounts/viewer.js';
import { type Database, sql } from '../database/database.js';
import type { PayRunStatus } from '../generated/schema-types.js';
import type { Day } from '../values/dates.js';

/** Payments that are issued together. */
export interface PayRun {
  id: string;
  version: number;
  periodStart: Day;
  periodEnd: Day;
  payDate: Day;
  status: PayRunStatus;
  draftedById: string;
  approvedById: string | null;
  approvedAt: Date | null;
  issuedById: string | null;
  issuedAt: Date | null;
}

/** A pay run tells of everybody's pay: an EMPLOYEE sees none. */
export async function findPayRuns(
  deps: { database: Database },
  viewer: Viewer,
  ids: string[],
): Promise<PayRun[]> {
  if (viewer.kind === 'anonymous' || viewer.role === 'EMPLOYEE') return [];
  return deps.database.rows<PayRun>(sql`
    SELECT id, version, period_start AS "periodStart", period_end AS "periodEnd", pay_date AS "payDate", status,
      drafted_by AS "draftedById", approved_by AS "approvedById", approved_at AS "approvedAt",
      issued_by AS "issuedById", issued_at AS "issuedAt"
    FROM pay_runs WHERE id = ANY(${ids}::uuid[])`);
}
