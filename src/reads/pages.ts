import { raw, type Sql, sql } from '../database/sql.js';
import { badInput } from '../values/app-error.js';
import { instantOf } from '../values/dates.js';
import { isId } from '../values/ids.js';
import type { Column } from './columns.js';

const defaultPageLength = 20;
export const maxPageLength = 100;

/** The arguments of a connection field (GraphQL Cursor Connections, forward only). */
export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

/** Where a page begins and how long it may be: what a keyset query needs. */
export interface PageRequest {
  readonly limit: number;
  /** The sort key of the last row before the page. */
  readonly after: readonly string[] | undefined;
  cursorOf(position: readonly string[]): string;
}

/** One page of a list, of which pageResolvers make a connection. */
export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** The cursor of the row at an index. */
  cursorAt(index: number): string;
  /** Counts the whole list. */
  count(): Promise<Count>;
}

/** How many rows a list has, as far as they are counted. */
export interface Count {
  readonly count: number;
  /** Whether there are no more. */
  readonly isExact: boolean;
}

/** A value that lists are sorted by. */
interface SortColumn {
  readonly column: Column;
  readonly type: 'uuid' | 'timestamptz' | 'date';
}

/** What a list is sorted by: all of it ascending, or all of it descending. The last one tells all rows apart. */
export interface Order {
  readonly columns: readonly SortColumn[];
  readonly direction: 'ASC' | 'DESC';
}

export const byId = (value: Sql): SortColumn => ({ column: { sql: value }, type: 'uuid' });
export const byDay = (value: Sql): SortColumn => ({ column: { sql: value }, type: 'date' });
export const byInstant = (value: Sql): SortColumn => ({
  column: { sql: value, write: instantOf },
  type: 'timestamptz',
});

const wellFormed = {
  uuid: isId,
  date: (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && isTime(`${text}T00:00:00.000Z`),
  timestamptz: (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && isTime(text),
};

/** Of a day that there is: `Date` takes 31 February for 3 March, and PostgreSQL has no year 0. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text && time.getUTCFullYear() > 0;
}

const directions = { ASC: { sql: raw('ASC'), after: raw('>') }, DESC: { sql: raw('DESC'), after: raw('<') } };
const types = { uuid: raw('::uuid'), timestamptz: raw('::timestamptz'), date: raw('::date') };

/** `ORDER BY`, with what it sorts by. */
export function orderBy({ columns, direction }: Order): Sql {
  const keys = columns.map(({ column }) => sql`${column.sql} ${directions[direction].sql}`);
  return sql`ORDER BY ${listed(keys)}`;
}

/** The condition for the rows that follow the page's start. */
export function following({ columns, direction }: Order, { after }: PageRequest): Sql[] {
  if (!after) return [];
  const values = columns.map(({ type }, index) => sql`${after[index] ?? null}${types[type]}`);
  const keys = columns.map(({ column }) => column.sql);
  return [sql`(${listed(keys)}) ${directions[direction].after} (${listed(values)})`];
}

function listed(pieces: readonly Sql[]): Sql {
  return pieces.reduce((list, piece) => sql`${list}, ${piece}`);
}

/**
 * A cursor holds the list's name and a row's sort key, in base64url. It is no permission: which rows are seen is for the
 * query to say, so that somebody who makes up a cursor gets a page that begins elsewhere, and nothing more.
 *
 * @param list its name: no list takes another one's cursors
 * @throws AppError BAD_USER_INPUT on a `first` outside of 1 to 100, or an `after` that is no cursor of this list
 */
export function parsePage(list: string, { columns }: Order, { first, after }: PageArgs): PageRequest {
  const limit = first ?? defaultPageLength;
  if (limit < 1 || limit > maxPageLength)
    throw badInput('first', `"first" is not from 1 to ${maxPageLength}.`);
  return {
    limit,
    after: typeof after === 'string' ? decodeCursor(list, columns, after) : undefined,
    cursorOf: (position) => Buffer.from([list, ...position].join(' ')).toString('base64url'),
  };
}

const maxCursorCharacters = 200;

function decodeCursor(list: string, columns: readonly SortColumn[], cursor: string): string[] {
  const text = cursor.length <= maxCursorCharacters ? Buffer.from(cursor, 'base64url').toString() : '';
  const [name, ...position] = text.split(' ');
  const isOwn =
    name === list &&
    position.length === columns.length &&
    columns.every(({ type }, index) => wellFormed[type](position[index] ?? '')) &&
    Buffer.from(text).toString('base64url') === cursor;
  if (!isOwn) throw badInput('after', '"after" is not a cursor of this list.');
  return position;
}

/** Resolvers of every connection type. */
export const pageResolvers = {
  edges: <Row>(page: Page<Row>) => page.nodes.map((node, index) => ({ node, cursor: page.cursorAt(index) })),
  totalCount: async <Row>(page: Page<Row>) => (await page.count()).count,
  totalCountIsExact: async <Row>(page: Page<Row>) => (await page.count()).isExact,
  pageInfo: <Row>(page: Page<Row>) => page,
};

export const pageInfoResolvers = {
  startCursor: (page: Page<unknown>) => (page.nodes.length === 0 ? null : page.cursorAt(0)),
  endCursor: (page: Page<unknown>) => (page.nodes.length === 0 ? null : page.cursorAt(page.nodes.length - 1)),
};
