import type { Viewer } from '../auth/viewer.js';
import { type Database, sql } from '../database/database.js';
import type { Day } from '../dates.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { PaymentKind } from '../generated/resolvers-types.js';
import type { Page } from '../pagination.js';

/** A payment as it stands in the database. */
export interface Payment {
  id: string;
  employeeId: string;
  amountMinor: bigint;
  currency: string;
  kind: PaymentKind;
  periodStart: Day | null;
  periodEnd: Day | null;
  note: string | null;
  issuedAt: Date;
  issuedById: string;
  payRunId: string | null;
  voidedAt: Date | null;
  voidedById: string | null;
  voidReason: string | null;
  replacesId: string | null;
}

export type PaymentPage = Page<Payment>;

interface ReadDeps {
  database: Database;
}

/** The columns of a Payment, of a table that goes by the name of `p`. */
export const paymentColumns = sql`
  p.id, p.employee_id AS "employeeId", p.amount_minor AS "amountMinor", p.currency, p.kind,
  p.period_start AS "periodStart", p.period_end AS "periodEnd", p.note, p.issued_at AS "issuedAt",
  p.issued_by AS "issuedById", p.pay_run_id AS "payRunId", p.voided_at AS "voidedAt", p.voided_by AS "voidedById",
  p.void_reason AS "voidReason", p.replaces AS "replacesId"`;

/** @returns those of the payments that there are and that the viewer may see, in no order */
export async function findPayments(deps: ReadDeps, viewer: Viewer, ids: string[]): Promise<Payment[]> {
  return deps.database.rows<Payment>(sql`
    SELECT ${paymentColumns} FROM payments p
    WHERE p.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`);
}

/** @returns the payments that stand in for voided ones, by the voided ones' ids, as far as the viewer may see them */
export async function findReplacements(
  deps: ReadDeps,
  viewer: Viewer,
  voidedIds: string[],
): Promise<Payment[]> {
  return deps.database.rows<Payment>(sql`
    SELECT ${paymentColumns} FROM payments p
    WHERE p.replaces = ANY(${voidedIds}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`);
}
