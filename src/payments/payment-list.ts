import type { Viewer } from '../accounts/viewer.js';
import { type Sql, sql } from '../database/sql.js';
import type { EmployeePaymentsArgs, PaymentFilter, QueryPaymentsArgs } from '../generated/schema-types.js';
import type { List, NestedList } from '../reads/lists.js';
import { byId, byInstant } from '../reads/pages.js';
import { parseId } from '../values/ids.js';
import { parseCurrencyOrEnded } from '../values/money.js';
import { type Payment, paymentTable } from './payment.js';

/** The payments that the viewer may see, the newest first. */
export const paymentList: List<Payment, Viewer, QueryPaymentsArgs> = {
  name: 'payments',
  table: paymentTable,
  order: { columns: [byInstant(sql`p.issued_at`), byId(sql`p.id`)], direction: 'DESC' },
  conditions: ({ filter }) => (filter ? conditions(filter) : []),
};

/** The payments of an employee. */
export const paymentsOfEmployee: NestedList<Payment, Viewer, EmployeePaymentsArgs> = {
  ...paymentList,
  parent: sql`p.employee_id`,
};

function conditions(filter: PaymentFilter): Sql[] {
  const { employeeId, payRunId, kind, status, issuedFrom, issuedTo, currency } = filter;
  const found: Sql[] = [];
  if (employeeId != null) found.push(sql`p.employee_id = ${parseId(employeeId, 'filter.employeeId')}::uuid`);
  if (payRunId != null) found.push(sql`p.pay_run_id = ${parseId(payRunId, 'filter.payRunId')}::uuid`);
  if (kind != null) found.push(sql`p.kind = ${kind}::payment_kind`);
  if (status === 'ISSUED') found.push(sql`p.voided_at IS NULL`);
  if (status === 'VOIDED') found.push(sql`p.voided_at IS NOT NULL`);
  if (issuedFrom != null) found.push(sql`p.issued_at >= ${issuedFrom}::timestamptz`);
  if (issuedTo != null) found.push(sql`p.issued_at < ${issuedTo}::timestamptz`);
  if (currency != null) found.push(sql`p.currency = ${parseCurrencyOrEnded(currency, 'filter.currency')}`);
  return found;
}
