import { userTable } from '../accounts/user.js';
import type { Viewer } from '../accounts/viewer.js';
import { sql } from '../database/sql.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { Payment as PaymentModel } from '../generated/prisma/client.js';
import type { PaymentKind, PaymentStatus } from '../generated/schema-types.js';
import { columnsOf, expression, nullable, object } from '../reads/columns.js';
import type { Lookup } from '../reads/reads.js';
import { defineTable, relatedTo } from '../reads/table.js';
import type { Instant, Period } from '../values/dates.js';
import type { ShownMoney } from '../values/money.js';

/** A payment as the API shows one. */
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
  payRunId: string | null;
  voidedAt: Instant | null;
  voidedById: string | null;
  voidReason: string | null;
  replacesId: string | null;
  importReference: string | null;
}

const p = columnsOf<PaymentModel>('p', { replacesId: 'replaces' });

export const paymentTable = defineTable<Payment, Viewer>({
  typename: 'Payment',
  from: () => sql`payments p`,
  id: sql`p.id`,
  visibleTo: (viewer) => visibleEmployees(viewer, sql`p.employee_id`),
  fields: {
    id: p.plain('id'),
    employeeId: p.plain('employeeId'),
    amount: p.money('amountMinor', 'currency'),
    kind: p.plain('kind'),
    period: nullable(
      object<Period>('Period', { start: p.member.day('periodStart'), end: p.member.day('periodEnd') }),
      p.isNull('periodStart'),
    ),
    note: p.orNull.text('note'),
    status: expression(sql`CASE WHEN p.voided_at IS NULL THEN 'ISSUED' ELSE 'VOIDED' END`),
    issuedAt: p.instant('issuedAt'),
    issuedById: p.plain('issuedById'),
    payRunId: p.orNull.plain('payRunId'),
    voidedAt: p.orNull.instant('voidedAt'),
    voidedById: p.orNull.plain('voidedById'),
    voidReason: p.orNull.text('voidReason'),
    replacesId: p.orNull.plain('replacesId'),
    importReference: p.orNull.text('importReference'),
  },
  related: {
    // Behind the fence of OFFSET 0, users can be looked up for rows that are sorted already, and nothing else.
    issuedBy: relatedTo(
      userTable,
      sql`CROSS JOIN LATERAL (SELECT * FROM users WHERE users.id = p.issued_by OFFSET 0) u`,
    ),
  },
  nesting: 'inner',
});

/** The payment that replaces a voided one, by the voided one's id. */
export const replacementOf: Lookup<Payment, Viewer> = { table: paymentTable, key: sql`p.replaces` };
