import { join, type Sql } from '../database/sql.js';
import { type Column, type Field, objectJson } from './columns.js';
import type { RequestedField } from './requested-fields.js';
import { type RowText, rowText, type separators } from './row-text.js';

/** An object of another table that can be read along with a row which refers to it. */
export interface Related {
  readonly typename: string;
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  readonly join: Sql;
}

/** The day that is today, for every rule about days. */
export interface Today {
  readonly day: Sql;
  /** A day before it, whatever the company's time zone is: the planner knows this one, and so how many rows are after it. */
  readonly earlier: Sql;
}

export interface TableDefinition<Row, Viewer> {
  /** The type's name in the schema. */
  readonly typename: string;
  /** What is after FROM. `today` is a date. */
  readonly from: (today: Sql) => Sql;
  /** The column of the row's id. */
  readonly id: Sql;
  /** Which rows a viewer may see. A hidden row and a missing row get the same answer. */
  readonly visibleTo: (viewer: Viewer) => Sql;
  /** Every property of the row, which has the name of its field in the schema where there is one. */
  readonly fields: { readonly [Key in keyof Row]: Field<Row[Key]> };
  /** Fields of the schema that can be read along with the row. */
  readonly related?: Readonly<Record<string, Related>>;
  /** Whether the rows may be in a column of other rows, or other rows in a column of theirs. */
  readonly nesting: keyof typeof separators;
}

/** How the rows of one type are read. */
export interface Table<Row, Viewer = never> {
  readonly typename: string;
  readonly from: (today: Sql) => Sql;
  readonly id: Sql;
  readonly visibleTo: (viewer: Viewer) => Sql;
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  readonly related: Readonly<Record<string, Related>>;
  readonly nesting: keyof typeof separators;
  /** The expression of a whole row, to be selected as `row` and given to `parse`. */
  readonly row: Sql;
  /** What a whole row is made of beside the table: after FROM. */
  readonly joins: Sql;
  parse(row: string): Row;
  /** The same with a sort key beside each row. */
  sorted(sortKey: readonly Column[]): RowText;
  parseJson(json: string): Row;
}

/** Says once, for one type, which columns each property is made of, and who sees which rows. */
export function defineTable<Row, Viewer>(definition: TableDefinition<Row, Viewer>): Table<Row, Viewer> {
  const fields: Readonly<Record<string, Field<unknown>>> = definition.fields;
  const json = objectJson(Object.entries(fields).map(([name, field]) => [name, field.json]));
  const whole = rowText(json, [], definition.nesting);
  const parseJson = (text: string): Row => JSON.parse(text);
  return {
    ...definition,
    fields,
    related: definition.related ?? {},
    row: whole.row,
    joins: joinsOf(Object.values(fields).flatMap(({ join }) => join ?? [])),
    parse: (row) => parseJson(whole.json(row)),
    sorted: (sortKey) => rowText(json, sortKey, definition.nesting),
    parseJson,
  };
}

/** What rows of the table can be read along with rows of another one. */
export function relatedTo({ typename, fields }: Table<unknown, never>, on: Sql): Related {
  return { typename, fields, join: on };
}

/** Each once. */
export function joinsOf(joins: Iterable<Sql>): Sql {
  return join([...new Set(joins)], ' ');
}

/**
 * Whether all of this can be picked from a row that was read as a whole.
 *
 * @param fields requested of an object of the table's type
 */
export function canPick(table: Table<unknown, never>, fields: readonly RequestedField[]): boolean {
  return fields.every(({ name, fields: inner }) => {
    if (name === '__typename') return true;
    const field = table.fields[name];
    if (!field) return false;
    const members = field.parts?.members ?? {};
    return inner.every((part) => part.name === '__typename' || members[part.name] !== undefined);
  });
}

/** @returns what is requested of the row, by its names in the answer */
export function pick(
  table: Table<unknown, never>,
  row: object,
  fields: readonly RequestedField[],
): Record<string, unknown> {
  return pickFrom(row, fields, table.typename, (name) => table.fields[name]?.parts?.typename);
}

function pickFrom(
  source: object,
  fields: readonly RequestedField[],
  typename: string | undefined,
  typenameOf: (field: string) => string | undefined,
): Record<string, unknown> {
  const picked = fields.map(({ name, responseName, fields: inner }): [string, unknown] => {
    if (name === '__typename') return [responseName, typename];
    const value: unknown = Reflect.get(source, name);
    const isObject = inner.length > 0 && typeof value === 'object' && value !== null;
    return [responseName, isObject ? pickFrom(value, inner, typenameOf(name), () => undefined) : value];
  });
  return Object.fromEntries(picked);
}
