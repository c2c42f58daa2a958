import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { badInput } from './errors.js';

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
  /** Counts the whole list, once asked. */
  count(): Promise<number>;
}

export interface Cursors {
  encode(list: string, position: string[]): string;
  /** @throws AppError BAD_USER_INPUT on what this server did not make for this list */
  decode(list: string, cursor: string): string[];
}

const macLength = 9;

/**
 * Cursors hold a row's sort key and an authentication code, so that a cursor is taken back only as it was given, and
 * only by the list that gave it. It is no permission: which rows are seen is for the query to say.
 */
export function createCursors(key: KeyObject): Cursors {
  const mac = (list: string, position: string): Buffer =>
    createHmac('sha256', key).update(`${list}\0${position}`).digest().subarray(0, macLength);
  return {
    encode: (list, position) => {
      const text = position.join(' ');
      return Buffer.concat([mac(list, text), Buffer.from(text)]).toString('base64url');
    },
    decode: (list, cursor) => {
      const bytes = Buffer.from(cursor, 'base64url');
      const text = bytes.subarray(macLength).toString();
      const genuine =
        bytes.length > macLength &&
        bytes.toString('base64url') === cursor &&
        timingSafeEqual(bytes.subarray(0, macLength), mac(list, text));
      if (!genuine) throw badInput('after', '"after" is not a cursor of this list.');
      return text.split(' ');
    },
  };
}

/** @throws AppError BAD_USER_INPUT on a `first` outside of 1 to 100, or an `after` that is no cursor of this list */
export function parsePage(cursors: Cursors, list: string, { first, after }: PageArgs): PageRequest {
  const limit = first ?? defaultPage;
  if (limit < 1 || limit > longestPage) throw badInput('first', `"first" is not from 1 to ${longestPage}.`);
  return { limit, after: typeof after === 'string' ? cursors.decode(list, after) : undefined };
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
  let counted: Promise<number> | undefined;
  return {
    nodes: rows.length > page.limit ? rows.slice(0, page.limit) : rows,
    hasNextPage: rows.length > page.limit,
    hasPreviousPage: page.after !== undefined,
    cursorOf: (row) => cursors.encode(list, positionOf(row)),
    // Once, however many aliases ask for it.
    count: () => {
      counted ??= count();
      return counted;
    },
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
  startCursor: <Row>(page: Page<Row>) => cursorOrNull(page, page.nodes[0]),
  endCursor: <Row>(page: Page<Row>) => cursorOrNull(page, page.nodes.at(-1)),
};

function cursorOrNull<Row>(page: Page<Row>, row: Row | undefined): string | null {
  return row === undefined ? null : page.cursorOf(row);
}
