import type { Viewer } from '../auth/viewer.js';
import { defineColumns } from '../database/columns.js';
import { type Database, sql } from '../database/database.js';
import { type Day, type Instant, instantOf, type Period } from '../dates.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { PaymentKind, PaymentResolvers, PaymentStatus } from '../generated/resolvers-types.js';
import type { Asked } from '../graphql/asked.js';
import { type ShownMoney, showMoney } from '../money.js';
import type { Page } from '../pagination.js';
import type { User } from '../users/user.js';

/** A payment as the API shows one. Read for some of its fields, it has no more than they are made of. */
export interface Payment {
  id: string;
  employeeId: string;
  amount: ShownMoney;
  kind: PaymentKind;
  period: Period | null;
  note: string | null;
  status: PaymentStatus;
  issuedAt: Instant;
  issuedById: string;
  /** Where it was read along with the payment. */
  issuer?: User | undefined;
  payRunId: string | null;
  voidedAt: Instant | null;
  voidedById: string | null;
  voidReason: string | null;
  replacesId: string | null;
}

export type PaymentPage = Page<Payment>;

/** A row, with those of its columns that were asked for. */
export interface PaymentRow {
  id: string;
  employeeId?: string;
  amountMinor?: string;
  currency?: string;
  kind?: PaymentKind;
  periodStart?: Day | null;
  periodEnd?: Day | null;
  note?: string | null;
  issuedAt: string;
  issuedById?: string;
  payRunId?: string | null;
  voidedAt?: string | null;
  voidedById?: string | null;
  voidReason?: string | null;
  replacesId?: string | null;
}

type Column = keyof PaymentRow;

/** Of a table that goes by the name of `p`. */
export const paymentColumns = defineColumns<Column>(
  {
    id: sql`p.id`,
    employeeId: sql`p.employee_id AS "employeeId"`,
    amountMinor: sql`p.amount_minor::text AS "amountMinor"`,
    currency: sql`p.currency`,
    kind: sql`p.kind`,
    periodStart: sql`p.period_start AS "periodStart"`,
    periodEnd: sql`p.period_end AS "periodEnd"`,
    note: sql`p.note`,
    issuedAt: sql`p.issued_at::text AS "issuedAt"`,
    issuedById: sql`p.issued_by AS "issuedById"`,
    payRunId: sql`p.pay_run_id AS "payRunId"`,
    voidedAt: sql`p.voided_at::text AS "voidedAt"`,
    voidedById: sql`p.voided_by AS "voidedById"`,
    voidReason: sql`p.void_reason AS "voidReason"`,
    replacesId: sql`p.replaces AS "replacesId"`,
  },
  {
    id: [],
    employee: ['employeeId'],
    amount: ['amountMinor', 'currency'],
    kind: ['kind'],
    period: ['periodStart', 'periodEnd'],
    note: ['note'],
    issuedAt: [],
    issuedBy: ['issuedById'],
    payRun: ['payRunId'],
    status: ['voidedAt'],
    voidedAt: ['voidedAt'],
    voidedBy: ['voidedById'],
    voidReason: ['voidReason'],
    replaces: ['replacesId'],
    replacedBy: ['voidedAt'],
  } satisfies Record<Exclude<keyof PaymentResolvers, '__isTypeOf'>, Column[]>,
  // Every list is sorted by them.
  ['id', 'issuedAt'],
);

/** What a row without a column gives for it: no field that is made of it was asked for. */
const unread = undefined as never;

export function toPayment(row: PaymentRow): Payment {
  const { amountMinor, currency, periodStart, periodEnd, voidedAt } = row;
  return {
    id: row.id,
    employeeId: row.employeeId ?? unread,
    amount: amountMinor === undefined || currency === undefined ? unread : showMoney(amountMinor, currency),
    kind: row.kind ?? unread,
    period: periodStart != null && periodEnd != null ? { start: periodStart, end: periodEnd } : null,
    note: row.note ?? null,
    status: voidedAt == null ? 'ISSUED' : 'VOIDED',
    issuedAt: instantOf(row.issuedAt),
    issuedById: row.issuedById ?? unread,
    payRunId: row.payRunId ?? null,
    voidedAt: voidedAt == null ? null : instantOf(voidedAt),
    voidedById: row.voidedById ?? null,
    voidReason: row.voidReason ?? null,
    replacesId: row.replacesId ?? null,
  };
}

interface ReadDeps {
  database: Database;
}

/** @returns those of the payments that there are and that the viewer may see, in no order */
export async function findPayments(
  { database }: ReadDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
): Promise<Payment[]> {
  const rows = await database.rows<PaymentRow>(sql`
    SELECT ${paymentColumns.of(asked)} FROM payments p
    WHERE p.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`);
  return rows.map(toPayment);
}

/** @returns the payments that stand in for voided ones, by the voided ones' ids, as far as the viewer may see them */
export async function findReplacements(
  { database }: ReadDeps,
  viewer: Viewer,
  voidedIds: string[],
): Promise<Payment[]> {
  const rows = await database.rows<PaymentRow>(sql`
    SELECT ${paymentColumns.all} FROM payments p
    WHERE p.replaces = ANY(${voidedIds}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`);
  return rows.map(toPayment);
}
