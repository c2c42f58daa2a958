import type { Viewer } from '../auth/viewer.js';
import { type Cells, readCells } from '../database/columns.js';
import { type Database, join, type Sql, sql } from '../database/database.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { PaymentFilter } from '../generated/resolvers-types.js';
import type { Asked } from '../graphql/asked.js';
import { countByKey } from '../grouping.js';
import { parseId } from '../ids.js';
import { parseCurrency } from '../money.js';
import { type Cursors, type PageArgs, type PageRequest, parsePage, toPage } from '../pagination.js';
import { type Payment, type PaymentPage, paymentColumns, readPayments, toPayment } from './payment.js';

interface ListDeps {
  database: Database;
  cursors: Cursors;
}

type ListArgs = PageArgs & { filter?: PaymentFilter | null };

const list = 'payments';
const newestFirst = sql`ORDER BY p.issued_at DESC, p.id DESC`;

/**
 * The payments that the viewer may see, the newest first.
 *
 * @throws AppError BAD_USER_INPUT on a bad page or filter
 */
export async function listPayments(
  deps: ListDeps,
  viewer: Viewer,
  args: ListArgs,
  asked: Asked,
): Promise<PaymentPage> {
  const page = parsePage(deps.cursors, list, args);
  const matching = join(
    [visibleEmployees(viewer, sql`p.employee_id`), ...conditions(args.filter ?? {})],
    ' AND ',
  );
  const payments = await readPayments(
    deps,
    paymentColumns.of(asked),
    (columns) => sql`
      SELECT ${columns} AS cells FROM payments p WHERE ${matching} ${following(page)}
      ${newestFirst} LIMIT ${page.limit + 1}`,
  );
  return toPage(deps.cursors, list, page, payments, positionOf, async () => {
    const [counted] = await deps.database.rows<{ count: bigint }>(
      sql`SELECT count(*) FROM payments p WHERE ${matching}`,
    );
    return Number(counted?.count ?? 0);
  });
}

/**
 * A page of each employee's payments, by one statement for all of them.
 *
 * @throws AppError BAD_USER_INPUT on a bad page or filter
 */
export async function findPaymentsOfEmployees(
  deps: ListDeps,
  viewer: Viewer,
  employeeIds: string[],
  args: ListArgs,
  asked: Asked,
): Promise<Map<string, PaymentPage>> {
  const pages = pagesOfEmployees(deps, viewer, args, asked);
  const found = await readCells<Cells[] | null>(
    deps.database,
    sql`
      SELECT (${pages.of(sql`wanted.id`)}) AS cells
      FROM unnest(${employeeIds}::uuid[]) WITH ORDINALITY AS wanted (id, place) ORDER BY wanted.place`,
  );
  return pages.read(new Map(employeeIds.map((id, index) => [id, found[index] ?? []])));
}

/** Pages of payments that a statement reads beside something else of their employees. */
export interface PagesOfEmployees {
  /** A subquery for an employee's page in JSON, null when there is nothing on it. */
  of(employeeId: Sql): Sql;
  /** @param found what the subquery gave, by the employee's id */
  read(found: ReadonlyMap<string, Cells[]>): Map<string, PaymentPage>;
}

/** @throws AppError BAD_USER_INPUT on a bad page or filter */
export function pagesOfEmployees(
  deps: ListDeps,
  viewer: Viewer,
  args: ListArgs,
  asked: Asked,
): PagesOfEmployees {
  const page = parsePage(deps.cursors, list, args);
  const matching = join(
    [visibleEmployees(viewer, sql`p.employee_id`), ...conditions(args.filter ?? {})],
    ' AND ',
  );
  const { list: cells, places } = paymentColumns.of(asked);
  return {
    of: (employeeId) => sql`
      SELECT json_agg(p.cells) FROM (
        SELECT ${cells} AS cells FROM payments p WHERE p.employee_id = ${employeeId} AND ${matching} ${following(page)}
        ${newestFirst} LIMIT ${page.limit + 1}) p`,
    read: (found) => {
      const ids = [...found.keys()];
      const count = countByKey(() =>
        deps.database.rows(sql`
          SELECT p.employee_id AS key, count(*) FROM payments p
          WHERE p.employee_id = ANY(${ids}::uuid[]) AND ${matching} GROUP BY p.employee_id`),
      );
      const pageOf = (id: string, rows: Cells[]): PaymentPage => {
        const payments = rows.map((row) => toPayment(row, places));
        return toPage(deps.cursors, list, page, payments, positionOf, () => count(id));
      };
      return new Map(Array.from(found, ([id, rows]) => [id, pageOf(id, rows)]));
    },
  };
}

function positionOf(payment: Payment): string[] {
  return [payment.issuedAt, payment.id];
}

function following({ after }: PageRequest): Sql {
  return after ? sql`AND (p.issued_at, p.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
}

function conditions(filter: PaymentFilter): Sql[] {
  const found: Sql[] = [];
  if (filter.employeeId != null) {
    found.push(sql`p.employee_id = ${parseId(filter.employeeId, 'filter.employeeId')}::uuid`);
  }
  if (filter.payRunId != null) {
    found.push(sql`p.pay_run_id = ${parseId(filter.payRunId, 'filter.payRunId')}::uuid`);
  }
  if (filter.kind != null) found.push(sql`p.kind = ${filter.kind}::payment_kind`);
  if (filter.status === 'ISSUED') found.push(sql`p.voided_at IS NULL`);
  if (filter.status === 'VOIDED') found.push(sql`p.voided_at IS NOT NULL`);
  if (filter.issuedFrom != null) found.push(sql`p.issued_at >= ${filter.issuedFrom}`);
  if (filter.issuedTo != null) found.push(sql`p.issued_at < ${filter.issuedTo}`);
  if (filter.currency != null)
    found.push(sql`p.currency = ${parseCurrency(filter.currency, 'filter.currency')}`);
  return found;
}
