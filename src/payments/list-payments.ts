import type { Viewer } from '../accounts/viewer.js';
import { type Database, join, type Sql, sql } from '../database/database.js';
import { visibleEmployees } from '../employees/visibility.js';
import type { PaymentFilter } from '../generated/schema-types.js';
import type { Asked } from '../reads/asked.js';
import { countByKey } from '../reads/grouping.js';
import {
  type Cursors,
  type PageArgs,
  type PageRequest,
  type PageText,
  parsePage,
  readPage,
} from '../reads/pagination.js';
import type { Selection } from '../reads/selection.js';
import { parseId } from '../values/ids.js';
import { parseCurrency } from '../values/money.js';
import { type Payment, type PaymentPage, paymentRows } from './payment.js';

interface ListDeps {
  database: Database;
  cursors: Cursors;
}

type ListArgs = PageArgs & { filter?: PaymentFilter | null };

const list = 'payments';

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
  const request = parsePage(deps.cursors, list, args);
  const matching = matches(viewer, args);
  const selection = paymentRows.of(asked);
  const [found] = await deps.database.rows<PageText>(
    pageQuery(selection, request, matching, request.limit + 1),
  );
  return readPage(deps.cursors, list, request, found, selection, positionOf, async () => {
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
  const found = await deps.database.rows<PageText & { id: string }>(sql`
    SELECT wanted.id, page.* FROM unnest(${employeeIds}::uuid[]) AS wanted (id)
      CROSS JOIN LATERAL (${pages.of(sql`wanted.id`)}) page`);
  return pages.read(new Map(found.map((row) => [row.id, row])));
}

/** Pages of payments that a statement reads beside their employees. */
export interface PagesOfEmployees {
  /** The query of an employee's page, and of one row more, which says that another follows. */
  of(employeeId: Sql): Sql;
  /** The same for who asks for nothing but the page's rows. */
  nodesOf(employeeId: Sql): Sql;
  /** @param found what the query gave, by the employee's id */
  read(found: ReadonlyMap<string, PageText>): Map<string, PaymentPage>;
}

/** @throws AppError BAD_USER_INPUT on a bad page or filter */
export function pagesOfEmployees(
  deps: ListDeps,
  viewer: Viewer,
  args: ListArgs,
  asked: Asked,
): PagesOfEmployees {
  const request = parsePage(deps.cursors, list, args);
  const matching = matches(viewer, args);
  const selection = paymentRows.of(asked);
  const page = (employeeId: Sql, most: number) =>
    pageQuery(selection, request, sql`p.employee_id = ${employeeId} AND ${matching}`, most);
  return {
    of: (employeeId) => page(employeeId, request.limit + 1),
    nodesOf: (employeeId) => page(employeeId, request.limit),
    read: (found) => {
      const ids = [...found.keys()];
      const count = countByKey(() =>
        deps.database.rows(sql`
          SELECT p.employee_id AS key, count(*) FROM payments p
          WHERE p.employee_id = ANY(${ids}::uuid[]) AND ${matching} GROUP BY p.employee_id`),
      );
      const read = (id: string, text: PageText) =>
        readPage(deps.cursors, list, request, text, selection, positionOf, () => count(id));
      return new Map(Array.from(found, ([id, text]) => [id, read(id, text)]));
    },
  };
}

/** @param most of a page, or one more: that says that another follows */
function pageQuery(selection: Selection<Payment>, request: PageRequest, matching: Sql, most: number): Sql {
  return selection.pageOf(sql`
    SELECT ${selection.row} AS row FROM payments p ${selection.joins}
    WHERE ${matching} ${following(request)} ORDER BY p.issued_at DESC, p.id DESC LIMIT ${most}::bigint`);
}

function positionOf(payment: Payment): string[] {
  return [payment.issuedAt, payment.id];
}

function following({ after }: PageRequest): Sql {
  return after ? sql`AND (p.issued_at, p.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql``;
}

function matches(viewer: Viewer, { filter }: ListArgs): Sql {
  return join([visibleEmployees(viewer, sql`p.employee_id`), ...conditions(filter ?? {})], ' AND ');
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
  if (filter.issuedFrom != null) found.push(sql`p.issued_at >= ${filter.issuedFrom}::timestamptz`);
  if (filter.issuedTo != null) found.push(sql`p.issued_at < ${filter.issuedTo}::timestamptz`);
  if (filter.currency != null)
    found.push(sql`p.currency = ${parseCurrency(filter.currency, 'filter.currency')}`);
  return found;
}
