import { raw, type Sql, sql } from '../database/sql.js';
import type { AskedField } from './asked.js';
import { type Column, Columns, columnWriter, type Json, writerOf } from './json.js';

/** How rows are read: each as one text of its columns, of which JSON is written. */
export interface Selection<Row> {
  /** The expression of the text, to be selected as `row`. */
  readonly row: Sql;
  /** What it is made of beside the table: to stand after that. */
  readonly joins: Sql;
  /** The fields of the answer that are pages, to be joined after that by `joinPages`. */
  readonly pages: readonly AskedField[];
  /** @returns the row, for resolvers; or, where it is the answer, the JSON that stands in its place */
  read(text: string): Row;
  /** A query for one row, whose only column, `page`, holds the rows that a query selects as `row`. */
  pageOf(rows: Sql): Sql;
  /** @param page as `pageOf` reads it */
  rowsIn(page: string): RowsRead<Row>;
}

/** The rows of a page. */
export interface RowsRead<Row> {
  readonly count: number;
  /** The first of them, each as `read` gives it. @param most no more than there are */
  first(most: number): Row[];
  /** A list of all of them, as JSON. */
  json(): string;
  /** The sort key of the row at an index. */
  position(index: number): string[];
}

/** What stands between the columns of a row, and between the rows of a page. */
interface Separator {
  readonly character: string;
  readonly sql: string;
  /** As a piece of statements: the same in all of them. */
  readonly piece: Sql;
}

/** @param character one that JSON escapes in texts, and that no other value has */
function separatorOf(character: string): Separator {
  const sql = `E'\\x${character.charCodeAt(0).toString(16)}'`;
  return { character, sql, piece: raw(sql) };
}

/** Rows that may stand in a column of other rows have another one than these: ASCII's unit and group separators. */
export const separators = { inner: separatorOf('\x1f'), outer: separatorOf('\x1d') };

/** What a selection is made of. */
export interface Parts extends Pick<Selection<unknown>, 'joins' | 'pages'> {
  json: Json;
}

/** @param made what is made of JSON: of a row, or of a list of rows */
export function selectionOf<Row>(
  { json, joins, pages }: Parts,
  sortKey: readonly Column[],
  separator: Separator,
  made: <Found>(json: string) => Found,
): Selection<Row> {
  const columns = new Columns();
  const write = writerOf(json, columns);
  // Of every row, where only pages need it: so none is without a column.
  const keys = sortKey.map((column) => columnWriter(column, columns));
  const size = columns.count;
  /** @param length of the values: concat_ws leaves out what is null, and all that follows would stand in another's place */
  const requireLength = (values: readonly string[], length: number) => {
    if (values.length !== length) throw new Error('a column is null');
  };
  return {
    row: columns.joined(separator.sql),
    joins,
    pages,
    read: (text) => {
      const values = text.split(separator.character);
      requireLength(values, size);
      return made(write(values, 0));
    },
    pageOf: (rows) => pageQuery(rows, separator),
    rowsIn: (page) => {
      const values = page.split(separator.character);
      const count = Number(values[0]);
      requireLength(values, 1 + count * size);
      const placeOf = (row: number) => 1 + row * size;
      const jsonOf = (most: number) => {
        let text = '[';
        for (let row = 0; row < most; row++) text += (row > 0 ? ',' : '') + write(values, placeOf(row));
        return `${text}]`;
      };
      return {
        count,
        first: (most) => made(jsonOf(most)),
        json: () => jsonOf(count),
        position: (index) => keys.map((key) => key(values, placeOf(index))),
      };
    },
  };
}

/** How many rows there are, and then their columns. */
function pageQuery(rows: Sql, { piece }: Separator): Sql {
  return sql`SELECT concat_ws(${piece}, count(*), string_agg(r.row, ${piece})) AS page FROM (${rows}) r`;
}
