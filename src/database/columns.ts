import { type Asked, asked } from '../graphql/asked.js';
import { type Database, join, type Sql, sql } from './database.js';

/** The columns that some fields are made of. */
export interface Selection<Column extends string> {
  /** A row of them as a list in JSON, in one column. */
  readonly list: Sql;
  /** Where each column stands; a column that is not read stands beyond the last. */
  readonly places: Readonly<Record<Column, number>>;
  includes(columns: readonly Column[]): boolean;
}

/** What a table's rows are shown as. */
export interface Columns<Column extends string> {
  /** The columns that the asked fields are made of, and those that every row is read with. */
  of(asked: Asked): Selection<Column>;
  readonly all: Selection<Column>;
  /** Asks for all that the API shows. */
  readonly everyField: Asked;
}

/**
 * @param expressions each column, under its property's name
 * @param needs the columns that each field of the API is made of
 * @param always the columns that every row is read with
 */
export function defineColumns<Column extends string>(
  expressions: Readonly<Record<Column, Sql>>,
  needs: Readonly<Record<string, readonly Column[]>>,
  always: readonly Column[],
): Columns<Column> {
  const names = Object.keys(expressions) as Column[];
  const select = (chosen: ReadonlySet<Column>): Selection<Column> => {
    const order = names.filter((name) => chosen.has(name));
    const place = (name: Column) => (chosen.has(name) ? order.indexOf(name) : order.length);
    return {
      list: sql`json_build_array(${join(order.map((name) => expressions[name]))})`,
      places: Object.fromEntries(names.map((name) => [name, place(name)])) as Record<Column, number>,
      includes: (columns) => columns.some((column) => chosen.has(column)),
    };
  };
  const selections = new WeakMap<Asked, Selection<Column>>();
  return {
    of: (fields) => {
      const known = selections.get(fields);
      if (known) return known;
      const needed = Object.keys(needs).flatMap((field) => (fields.has(field) ? (needs[field] ?? []) : []));
      const selection = select(new Set([...always, ...needed]));
      selections.set(fields, selection);
      return selection;
    },
    all: select(new Set(names)),
    everyField: asked(Object.keys(needs)),
  };
}

/** What a row's columns hold, in the selection's order. */
export type Cells = ReadonlyArray<string | null>;

/**
 * Reads many rows as one text, which costs less than the rows do. It is parsed here, and not by pg amid what it reads from the
 * connection: that took an eighth longer.
 *
 * @param query for one column, `cells`, of JSON
 * @returns the cells of each row, in the query's order
 */
export async function readCells<Found = Cells>(database: Database, query: Sql): Promise<Found[]> {
  const [gathered] = await database.rows<{ rows: string | null }>(
    sql`SELECT json_agg(found.cells)::text AS rows FROM (${query}) found`,
  );
  return parseRows(gathered?.rows ?? '[]');
}

function parseRows<Found>(json: string): Found[] {
  return JSON.parse(json) as Found[];
}
