import { hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { empty, parameter, raw, type Sql, sql } from './database/database.js';
import { badInput } from './errors.js';
import type { Asked } from './graphql/asked.js';
import { readJson } from './json-text.js';
import { onceAsked } from './once.js';

const defaultPage = 20;
export const longestPage = 100;

/** The arguments of a connection field (GraphQL Cursor Connections, forward only). */
export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

/** Where a page begins and how long it may be: what a keyset query needs. */
export interface PageRequest {
  limit: number;
  /** The sort key of the last row before the page. */
  after: string[] | undefined;
}

/** One page of a list, from which pageResolvers make a connection. */
export interface Page<Row> {
  nodes: Row[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  cursorOf(row: Row): string;
  /** The first row's cursor, null on an empty page. */
  startCursor(): string | null;
  /** The last row's. */
  endCursor(): string | null;
  /** Counts the whole list, once asked. */
  count(): Promise<number>;
}

/** A page as PostgreSQL writes it. */
export interface PageText {
  /** How many rows there are: up to one more than the page holds, which says that a page follows. */
  found: number;
  /** The rows of the page, a list in JSON. */
  nodes: string;
  /** The sort key of the first row, null on an empty page. */
  first: string | null;
  /** That of the last. */
  last: string | null;
}

export interface Cursors {
  encode(list: string, position: string[]): string;
  /** @throws AppError BAD_USER_INPUT on what this server did not make for this list */
  decode(list: string, cursor: string): string[];
}

/** 9 bytes, so that what follows them begins with a character of its own in base64url. */
const macCharacters = 12;

/**
 * Cursors hold a row's sort key and an authentication code, so that a cursor is taken back only as it was given, and
 * only by the list that gave it. It is no permission: which rows are seen is for the query to say.
 */
export function createCursors(key: KeyObject): Cursors {
  const secret = key.export().toString('base64url');
  // SHA-3 is keyed by what stands before the text, as in KMAC (NIST SP 800-185 section 4). Hashing texts in one go, it leaves
  // no native object to be collected, as HMAC would: that takes longer than the hash.
  const mac = (list: string, position: string): string =>
    hash('sha3-256', `${secret}\0${list}\0${position}`, 'base64url').slice(0, macCharacters);
  return {
    encode: (list, position) => {
      const text = position.join(' ');
      return mac(list, text) + Buffer.from(text).toString('base64url');
    },
    decode: (list, cursor) => {
      const code = cursor.slice(0, macCharacters);
      const position = cursor.slice(macCharacters);
      const text = Buffer.from(position, 'base64url').toString();
      const genuine = Buffer.from(text).toString('base64url') === position && isSame(code, mac(list, text));
      if (!genuine) throw badInput('after', '"after" is not a cursor of this list.');
      return text.split(' ');
    },
  };
}

/** Takes as long wherever they differ. */
function isSame(given: string, genuine: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(genuine)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @throws AppError BAD_USER_INPUT on a `first` outside of 1 to 100, or an `after` that is no cursor of this list */
export function parsePage(cursors: Cursors, list: string, { first, after }: PageArgs): PageRequest {
  const limit = first ?? defaultPage;
  if (limit < 1 || limit > longestPage) throw badInput('first', `"first" is not from 1 to ${longestPage}.`);
  return { limit, after: typeof after === 'string' ? cursors.decode(list, after) : undefined };
}

/** What a list is sorted by. */
export interface SortKey {
  /** As columns of a row, `key_0` and so on. */
  readonly columns: Sql;
  /** As text. @param column stands for the column of that number */
  text(column: (index: number) => Sql): Sql;
}

const keyColumns = [raw('r.key_0'), raw('r.key_1')];

/** @param rows of `json` and of the sort key's columns, up to one more than the page holds */
export function pageOf(rows: Sql, { limit: most }: PageRequest, key: SortKey): Sql {
  const limit = parameter(most);
  // Of all rows the key as it is stored, of two as text: making that of each row would cost as much as its JSON.
  const ofRow = (place: Sql) =>
    key.text((index) => sql`(array_agg(${keyColumns[index] ?? empty}))[${place}]`);
  return sql`
    SELECT coalesce(cardinality(array_agg(r.json)), 0) AS found,
      concat('[', array_to_string((array_agg(r.json))[1:${limit}::int], ','), ']') AS nodes,
      ${ofRow(sql`1`)} AS first, ${ofRow(sql`least(cardinality(array_agg(r.json)), ${limit}::int)`)} AS last
    FROM (${rows}) r`;
}

/**
 * Of a page of which nothing but its rows is asked for.
 *
 * @param rows of `json`, as many as the page holds at most
 */
export function nodesOf(rows: Sql): Sql {
  return sql`SELECT concat('[', string_agg(r.json, ','), ']') AS nodes FROM (${rows}) r`;
}

/**
 * @param text what `pageOf` gave: one row, always
 * @param positionOf a row's sort key
 */
export function readPage<Row>(
  cursors: Cursors,
  list: string,
  page: PageRequest,
  text: PageText | undefined,
  asked: Asked,
  positionOf: (row: Row) => string[],
  count: () => Promise<number>,
): Page<Row> {
  if (!text) throw new Error('an aggregate without a row');
  const { found, nodes, first, last } = text;
  const cursorAt = (position: string | null) => (position === null ? null : cursors.encode(list, [position]));
  return {
    nodes: readJson<Row[]>(nodes, asked),
    hasNextPage: found > page.limit,
    hasPreviousPage: page.after !== undefined,
    cursorOf: (row) => cursors.encode(list, positionOf(row)),
    startCursor: () => cursorAt(first),
    endCursor: () => cursorAt(last),
    // However many aliases ask for it.
    count: onceAsked(count),
  };
}

/**
 * @param rows up to one more than the page holds: the one more says that a page follows
 * @param positionOf a row's sort key
 */
export function toPage<Row>(
  cursors: Cursors,
  list: string,
  page: PageRequest,
  rows: Row[],
  positionOf: (row: Row) => string[],
  count: () => Promise<number>,
): Page<Row> {
  const nodes = rows.length > page.limit ? rows.slice(0, page.limit) : rows;
  const cursorOf = (row: Row) => cursors.encode(list, positionOf(row));
  const cursorOrNull = (row: Row | undefined) => (row === undefined ? null : cursorOf(row));
  return {
    nodes,
    hasNextPage: rows.length > page.limit,
    hasPreviousPage: page.after !== undefined,
    cursorOf,
    startCursor: () => cursorOrNull(nodes[0]),
    endCursor: () => cursorOrNull(nodes.at(-1)),
    // However many aliases ask for it.
    count: onceAsked(count),
  };
}

/** Serves every connection type; what is not asked for is not worked out. */
export const pageResolvers = {
  edges: <Row>(page: Page<Row>) => page.nodes.map((node) => ({ node, cursor: page.cursorOf(node) })),
  totalCount: <Row>(page: Page<Row>) => page.count(),
  pageInfo: <Row>(page: Page<Row>) => page,
};

/** A cursor is worked out where it is asked for. */
export const pageInfoResolvers = {
  startCursor: <Row>(page: Page<Row>) => page.startCursor(),
  endCursor: <Row>(page: Page<Row>) => page.endCursor(),
};
