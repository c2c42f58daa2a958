import { type User, userJson } from '../accounts/user.js';
import type { Viewer } from '../accounts/viewer.js';
import { type Database, type Sql, sql } from '../database/database.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { PaymentResolvers } from '../generated/resolvers-types.js';
import type { PaymentKind, PaymentStatus } from '../generated/schema-types.js';
import type { Asked } from '../reads/asked.js';
import { instant, instantColumn, orNull, plain, text } from '../reads/json.js';
import { moneyJson } from '../reads/money-json.js';
import type { Page } from '../reads/pagination.js';
import { defineRows, part, related, resolved, value } from '../reads/rows.js';
import type { Instant, Period } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';

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

/** Of the table that goes by the name of `p`. */
export const paymentRows = defineRows<Payment>(
  'Payment',
  {
    id: value(plain(sql`p.id`)),
    employee: resolved({ employeeId: plain(sql`p.employee_id`) }),
    amount: part('Money', moneyJson(sql`p.amount_minor`, sql`p.currency`)),
    kind: value(plain(sql`p.kind`)),
    period: part(
      'Period',
      { start: plain(sql`p.period_start`), end: plain(sql`p.period_end`) },
      { unless: sql`p.period_start IS NULL` },
    ),
    note: value(orNull(sql`p.note`, text)),
    status: value(plain(sql`CASE WHEN p.voided_at IS NULL THEN 'ISSUED' ELSE 'VOIDED' END`)),
    issuedAt: value(instant(sql`p.issued_at`)),
    // Behind the fence of OFFSET 0, users can be looked up for rows that are sorted already, and nothing else.
    issuedBy: related(
      { issuedById: plain(sql`p.issued_by`) },
      'User',
      userJson,
      sql`CROSS JOIN LATERAL (SELECT * FROM users WHERE users.id = p.issued_by OFFSET 0) u`,
    ),
    payRun: resolved({ payRunId: orNull(sql`p.pay_run_id`, plain) }),
    voidedAt: value(orNull(sql`p.voided_at`, instant)),
    voidedBy: resolved({ voidedById: orNull(sql`p.voided_by`, plain) }),
    voidReason: value(orNull(sql`p.void_reason`, text)),
    replaces: resolved({ replacesId: orNull(sql`p.replaces`, plain) }),
    replacedBy: resolved({ voidedAt: orNull(sql`p.voided_at`, instant) }),
  } satisfies Record<Exclude<keyof PaymentResolvers, '__isTypeOf'>, unknown>,
  {
    always: ['issuedAt', 'id'],
    sortKey: [instantColumn(sql`p.issued_at`), { sql: sql`p.id` }],
    nesting: 'inner',
  },
);

interface ReadDeps {
  database: Database;
}

/** @returns those of the payments that there are and that the viewer may see, by their ids */
export async function findPayments(
  { database }: ReadDeps,
  viewer: Viewer,
  ids: string[],
  asked: Asked,
): Promise<Map<string, Payment>> {
  return readPayments(
    database,
    asked,
    sql`p.id`,
    sql`p.id = ANY(${ids}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`,
  );
}

/** @returns the payments that stand in for voided ones, by the voided ones' ids, as far as the viewer may see them */
export async function findReplacements(
  { database }: ReadDeps,
  viewer: Viewer,
  voidedIds: string[],
): Promise<Map<string, Payment>> {
  return readPayments(
    database,
    paymentRows.everyField,
    sql`p.replaces`,
    sql`p.replaces = ANY(${voidedIds}::uuid[]) AND ${visibleEmployees(viewer, sql`p.employee_id`)}`,
  );
}

async function readPayments(
  database: Database,
  asked: Asked,
  key: Sql,
  condition: Sql,
): Promise<Map<string, Payment>> {
  const { row, joins, read } = paymentRows.of(asked);
  const rows = await database.rows<{ key: string; row: string }>(
    sql`SELECT ${key} AS key, ${row} AS row FROM payments p ${joins} WHERE ${condition}`,
  );
  return new Map(rows.map(({ key, row }) => [key, read(row)]));
}
