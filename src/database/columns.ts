import { type Asked, asked } from '../graphql/asked.js';
import { join, type Sql } from './database.js';

/** The columns of what a table's rows are shown as. */
export interface Columns<Column extends string> {
  /** For SELECT: the columns that the asked fields are made of, and those that every row is read with. */
  of(asked: Asked): Sql;
  /** Whether one of these is among them. */
  include(asked: Asked, columns: readonly Column[]): boolean;
  /** For SELECT: all of them. */
  readonly all: Sql;
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
  const needed = (fields: Asked): Set<Column> =>
    new Set([
      ...always,
      ...Object.keys(needs).flatMap((field) => (fields.has(field) ? (needs[field] ?? []) : [])),
    ]);
  const select = (columns: Iterable<Column>): Sql => join([...columns].map((column) => expressions[column]));
  const selections = new WeakMap<Asked, Sql>();
  return {
    of: (asked) => {
      const known = selections.get(asked);
      if (known) return known;
      const selection = select(needed(asked));
      selections.set(asked, selection);
      return selection;
    },
    include: (asked, columns) => {
      const chosen = needed(asked);
      return columns.some((column) => chosen.has(column));
    },
    all: select(Object.keys(expressions) as Column[]),
    everyField: asked(Object.keys(needs)),
  };
}
