import { hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import { badInput } from '../values/app-error.js';
import { onceAsked } from '../values/once.js';
import type { Selection } from './selection.js';

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

/** A page's rows, as a selection's `pageOf` reads them. */
export interface PageText {
  page: string;
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

/**
 * @param text of up to one row more than the page holds: the one more says that a page follows
 * @param positionOf a row's sort key
 */
export function readPage<Row>(
  cursors: Cursors,
  list: string,
  page: PageRequest,
  text: PageText | undefined,
  selection: Selection<Row>,
  positionOf: (row: Row) => string[],
  count: () => Promise<number>,
): Page<Row> {
  if (!text) throw new Error('an aggregate without a row');
  const rows = selection.rowsIn(text.page);
  const shown = Math.min(rows.count, page.limit);
  const cursorAt = (index: number) => (shown === 0 ? null : cursors.encode(list, rows.position(index)));
  return {
    nodes: rows.first(shown),
    hasNextPage: rows.count > shown,
    hasPreviousPage: page.after !== undefined,
    cursorOf: (row) => cursors.encode(list, positionOf(row)),
    startCursor: () => cursorAt(0),
    endCursor: () => cursorAt(shown - 1),
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
