import type { Viewer } from '../auth/viewer.js';
import { type Cells, defineColumns, readCells, type Selection } from '../database/columns.js';
import { type Database, type Sql, sql } from '../database/database.js';
import { type Instant, instantOf, type Period } from '../dates.js';
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

type Column =
  | 'id'
  | 'employeeId'
  | 'amountMinor'
  | 'currency'
  | 'kind'
  | 'periodStart'
  | 'periodEnd'
  | 'note'
  | 'issuedAt'
  | 'issuedById'
  | 'payRunId'
  | 'voidedAt'
  | 'voidedById'
  | 'voidReason'
  | 'replacesId';

/** Of a table that goes by the name of `p`. */
export const paymentColumns = defineColumns<Column>(
  {
    id: sql`p.id`,
    employeeId: sql`p.employee_id`,
    amountMinor: sql`p.amount_minor::text`,
    currency: sql`p.currency`,
    kind: sql`p.kind::text`,
    periodStart: sql`p.period_start::text`,
    periodEnd: sql`p.period_end::text`,
    note: sql`p.note`,
    issuedAt: sql`p.issued_at::text`,
    issuedById: sql`p.issued_by`,
    payRunId: sql`p.pay_run_id`,
    voidedAt: sql`p.voided_at::text`,
    voidedById: sql`p.voided_by`,
    voidReason: sql`p.void_reason`,
    replacesId: sql`p.replaces`,
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

/**
 * @param cells of a row
 * @param places where each column stands among them
 */
export function toPayment(cells: Cells, places: Selection<Column>['places']): Payment {
  const amountMinor = cells[places.amountMinor];
  const currency = cells[places.currency];
  const start = cells[places.periodStart];
  const end = cells[places.periodEnd];
  const voidedAt = cells[places.voidedAt];
  return {
    id: cells[places.id] ?? unread,
    employeeId: cells[places.employeeId] ?? unread,
    amount: amountMinor == null || currency == null ? unread : showMoney(amountMinor, currency),
    kind: (cells[places.kind] as PaymentKind | undefined) ?? unread,
    period: start != null && end != null ? { start, end } : null,
    note: cells[places.note] ?? null,
    status: voidedAt == null ? 'ISSUED' : 'VOIDED',
    issuedAt: instantOf(cells[places.issuedAt] ?? unread),
    issuedById: cells[places.issuedById] ?? unread,
    payRunId: cells[places.payRunId] ?? null,
    voidedAt: voidedAt == null ? null : instantOf(voidedAt),
    voidedById: cells[places.voidedById] ?? null,
    voidReason: cells[places.voidReason] ?? null,
    replacesId: cells[places.replacesId] ?? null,
  };
}

/** @param query given the list of columns, what reads it of payments, as `cells` */
export async function readPayments(
  { database }: { database: Database },
  { list, places }: Selection<Column>,
  query: (list: Sql) => Sql,
): Promise<Payment[]> {
  const rows = await readCells(database, query(list));
  return rows.map((cells) => toPayment(cells, places));
}

interface ReadDeps {
  database: Database;
}

/** @returns those of the payments that there are and that the viewer may see, in no order */
export async function findPayments(
  deps: ReadDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
): Promise<Payment[]> {
  return readPayments(
    deps,
    paymentColumns.of(asked),
    (list) => sql`
      SELECT ${list} AS cells FROM payments p
      WHERE p.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`,
  );
}

/** @returns the payments that stand in for voided ones, by the voided ones' ids, as far as the viewer may see them */
export async function findReplacements(
  deps: ReadDeps,
  viewer: Viewer,
  voidedIds: string[],
): Promise<Payment[]> {
  return readPayments(
    deps,
    paymentColumns.all,
    (list) => sql`
      SELECT ${list} AS cells FROM payments p
      WHERE p.replaces = ANY(${voidedIds}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`,
  );
}
