import { join, raw, type Sql, sql } from '../database/sql.js';
import { lazy } from '../values/lazy.js';
import {
  type Count,
  following,
  type Order,
  orderBy,
  type Page,
  type PageArgs,
  type PageRequest,
  parsePage,
} from './pages.js';
import type { PageOfRows, RowText } from './row-text.js';
import type { Table, Today } from './table.js';

/** Rows of a table in an order, a page at a time. */
export interface List<Row, Viewer, Args extends PageArgs = PageArgs> {
  /** Part of its cursors. */
  readonly name: string;
  readonly table: Table<Row, Viewer>;
  readonly order: Order;
  /** What is counted, where the same rows are told apart from others by less than the table is read of. */
  readonly countFrom?: Sql;
  /**
   * What the arguments demand of a row.
   *
   * @throws AppError BAD_USER_INPUT
   */
  readonly conditions?: (args: Args, today: Today) => Sql[];
}

/** A list of each of other rows: the payments of an employee. */
export interface NestedList<Row, Viewer, Args extends PageArgs = PageArgs> extends List<Row, Viewer, Args> {
  /** The column with the id of the row that a row belongs to. */
  readonly parent: Sql;
}

/** A page of a list as a viewer requests it. */
export interface ListRequest extends PageRequest {
  /** For all rows of the list. */
  readonly where: Sql;
  /** For those that follow the page's start. */
  readonly whereFollowing: Sql;
}

/** @throws AppError BAD_USER_INPUT on a bad page or filter */
export function parseList<Row, Viewer, Args extends PageArgs>(
  list: List<Row, Viewer, Args>,
  viewer: Viewer,
  args: Args,
  today: Today,
): ListRequest {
  const page = parsePage(list.name, list.order, args);
  const conditions = [list.table.visibleTo(viewer), ...(list.conditions?.(args, today) ?? [])];
  return {
    ...page,
    where: join(conditions, ' AND '),
    whereFollowing: join([...conditions, ...following(list.order, page)], ' AND '),
  };
}

/** What a page's rows are read of. */
export interface PageSource {
  readonly text: RowText;
  /** All that is after FROM. */
  readonly from: Sql;
  /** Which rows belong to the list's parent. */
  readonly parent?: Sql;
}

/** @param maxRows of a page, or one more, which says that another page follows */
export function pageQuery(
  { order }: List<unknown, never, never>,
  { whereFollowing }: ListRequest,
  { text, from, parent }: PageSource,
  maxRows: number,
): Sql {
  const where = parent ? sql`${parent} AND ${whereFollowing}` : whereFollowing;
  return text.pageOf(sql`
    SELECT ${text.row} AS row FROM ${from} WHERE ${where} ${orderBy(order)} LIMIT ${maxRows}::bigint`);
}

/** Where counting stops: who has more than that on a list looks for something, and not for their number. */
const maxCount = 10_000;

/** A row of `countQuery`. */
export interface Counted {
  count: bigint;
}

/** Counts in the list's order, for which there are indexes, and no further than is told. */
export function countQuery({ order }: List<unknown, never, never>, from: Sql, where: Sql): Sql {
  return sql`
    SELECT count(*) FROM (SELECT FROM ${from} WHERE ${where} ${orderBy(order)} LIMIT ${maxCount + 1}::bigint) counted`;
}

export function toCount({ count }: Counted): Count {
  return { count: Math.min(Number(count), maxCount), isExact: count <= maxCount };
}

/** The rows of a page that a statement reads beside each row of another table. */
export function nestedPageJoin(index: number, query: Sql): Sql {
  return sql`CROSS JOIN LATERAL (${query}) ${raw(nestedPageName(index))}`;
}

export function nestedPageColumn(index: number): Sql {
  return raw(`${nestedPageName(index)}.page`);
}

function nestedPageName(index: number): string {
  return `page_${index}`;
}

/** @param count is called once at most, however many aliases request it */
export function toPage<Row>(
  table: Table<Row, never>,
  request: ListRequest,
  rows: PageOfRows,
  count: () => Promise<Count>,
): Page<Row> {
  const length = Math.min(rows.count, request.limit);
  return {
    nodes: Array.from({ length }, (_, index) => table.parseJson(rows.json(index))),
    hasNextPage: rows.count > length,
    hasPreviousPage: request.after !== undefined,
    cursorAt: (index) => request.cursorOf(rows.position(index)),
    count: lazy(count),
  };
}

export function onlyRow<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error('an aggregate without a row');
  return row;
}
