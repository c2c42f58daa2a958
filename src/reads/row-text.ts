import { raw, type Sql, sql, written } from '../database/sql.js';
import type { Column, Json, Nullable } from './columns.js';
import type { PageRequest } from './pages.js';

/**
 * Rows come from PostgreSQL as one text each, of their columns with a separator between them, and a page of rows as one
 * text of all its rows: docs/decisions/rows-as-text.md tells what that gains.
 */

/** What is between the columns of a row, and between the rows of a page. */
interface Separator {
  readonly character: string;
  readonly sql: Sql;
}

/** @param character one that JSON escapes in texts, and that no other value has */
function separator(character: string): Separator {
  return { character, sql: raw(`E'\\x${character.charCodeAt(0).toString(16)}'`) };
}

/** Rows that are in a column of other rows have another one than those: ASCII's unit and group separators. */
export const separators = { inner: separator('\x1f'), outer: separator('\x1d') };

/** A page of other rows, which is a column of this row. */
interface NestedPage {
  /** Which one of the row's nested pages. */
  readonly page: number;
  readonly sql: Sql;
  write(text: string, request: PageRequest): string;
}

/** The pieces of a row's JSON. */
export type Piece = Json[number] | NestedPage;

/** @param values the texts of the columns of rows, one row after the other @param from where the row's begin */
type Writer = (values: readonly string[], from: number, pages: readonly PageRequest[]) => string;

/** How rows are read as text. */
export interface RowText {
  /** The expression of the row's text, to be selected as `row`. */
  readonly row: Sql;
  /** @returns the row's JSON */
  json(text: string, pages?: readonly PageRequest[]): string;
  /** A query for one row whose only column, `page`, holds the rows that a query selects as `row`. */
  pageOf(rows: Sql): Sql;
  /** @param text of a page */
  rowsOf(text: string): PageOfRows;
}

export interface PageOfRows {
  readonly count: number;
  /** The JSON of the row at an index. */
  json(index: number, pages?: readonly PageRequest[]): string;
  /** The values of the sort key of the row at an index. */
  position(index: number): string[];
}

/** @param sortKey columns that are read besides: a page's cursors are made of them */
export function rowText(
  pieces: readonly Piece[],
  sortKey: readonly Column[],
  nesting: keyof typeof separators,
): RowText {
  const { character, sql: between } = separators[nesting];
  const columns = new Columns();
  const write = writerOf(pieces, columns);
  const positions = sortKey.map((column) => columnWriter(column, columns, sourceOf(column.sql)));
  // Of nothing PostgreSQL would make a text that can't be told from one empty column.
  if (columns.count === 0) columns.index(`''`);
  const size = columns.count;
  // concat_ws leaves out what is null, and all that follows would be taken for another column.
  const requireLength = (values: readonly string[], length: number) => {
    if (values.length !== length) throw new Error('a column that is never null is null');
  };
  return {
    row: columns.joined(sourceOf(between)),
    json: (text, pages = []) => {
      const values = text.split(character);
      requireLength(values, size);
      return write(values, 0, pages);
    },
    pageOf: (rows) =>
      sql`SELECT concat_ws(${between}, count(*), string_agg(r.row, ${between})) AS page FROM (${rows}) r`,
    rowsOf: (text) => {
      const values = text.split(character);
      const count = Number(values[0]);
      requireLength(values, 1 + count * size);
      return {
        count,
        json: (index, pages = []) => write(values, 1 + index * size, pages),
        position: (index) => positions.map((position) => position(values, 1 + index * size, [])),
      };
    },
  };
}

/** A function has at most 100 arguments in PostgreSQL. */
const maxArguments = 90;

/** The columns that are read of a row, each once, however often it is written. */
class Columns {
  readonly #indexes = new Map<string, number>();

  index(source: string): number {
    const index = this.#indexes.get(source) ?? this.#indexes.size;
    this.#indexes.set(source, index);
    return index;
  }

  get count(): number {
    return this.#indexes.size;
  }

  /** The expression that makes one text of all. */
  joined(between: string): Sql {
    return raw(joinedSources([...this.#indexes.keys()], between));
  }
}

function joinedSources(sources: readonly string[], between: string): string {
  if (sources.length <= maxArguments) return `concat_ws(${between}, ${sources.join(', ')})`;
  const half = Math.ceil(sources.length / 2);
  const halves = [sources.slice(0, half), sources.slice(half)];
  return joinedSources(
    halves.map((part) => joinedSources(part, between)),
    between,
  );
}

type SourceAs = (source: string) => string;

function writerOf(
  pieces: readonly Piece[],
  columns: Columns,
  sourceAs: SourceAs = (source) => source,
): Writer {
  const writers = merged(pieces).map((piece) => {
    if (typeof piece === 'string') return piece;
    if ('page' in piece) return nestedPageWriter(piece, columns);
    if ('unless' in piece) return nullableWriter(piece, columns);
    return columnWriter(piece, columns, sourceAs(sourceOf(piece.sql)));
  });
  return (values, from, pages) => {
    let text = '';
    for (const writer of writers) text += typeof writer === 'string' ? writer : writer(values, from, pages);
    return text;
  };
}

function columnWriter({ write }: Column, columns: Columns, source: string): Writer {
  const index = columns.index(source);
  return write
    ? (values, from) => write(values[from + index] ?? '')
    : (values, from) => values[from + index] ?? '';
}

function nestedPageWriter({ page, sql: column, write }: NestedPage, columns: Columns): Writer {
  const index = columns.index(sourceOf(column));
  return (values, from, pages) => {
    const request = pages[page];
    if (!request) throw new Error('a nested page was not requested');
    return write(values[from + index] ?? '', request);
  };
}

/** Its first column says `null`, which is no value's text, where all of it is null. */
function nullableWriter({ json, unless }: Nullable, columns: Columns): Writer {
  const condition = sourceOf(unless);
  let first: string | undefined;
  const write = writerOf(json, columns, (source) => {
    if (first !== undefined) return `coalesce((${source})::text, 'null')`;
    first = `CASE WHEN ${condition} THEN 'null' ELSE (${source})::text END`;
    return first;
  });
  const index = columns.index(first ?? `CASE WHEN ${condition} THEN 'null' ELSE 'there' END`);
  return (values, from, pages) => (values[from + index] === 'null' ? 'null' : write(values, from, pages));
}

/** Texts that follow one another are one. */
function merged(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') found[found.length - 1] = last + piece;
    else found.push(piece);
  }
  return found;
}

function sourceOf(expression: Sql): string {
  const { text, values } = written(expression);
  if (values.length > 0) throw new Error('a column depends on a value of the request');
  return text;
}
