import { raw, type Sql, sql } from '../database/sql.js';
import { type Day, type Instant, instantOf } from '../values/dates.js';
import { amountText, type ShownMoney } from '../values/money.js';

/** A value of a row, which PostgreSQL sends as text. It is not null, and holds no separator of a row's columns. */
export interface Column {
  readonly sql: Sql;
  /** What of the text is in the JSON. Absent: all of it. */
  readonly write?: (text: string) => string;
}

/** JSON that is null under a condition, as its columns may be then. */
export interface Nullable {
  /** Nothing in it is null under a condition of its own. */
  readonly json: Json;
  readonly unless: Sql;
}

/** JSON of a row: texts that are in it as they are, and what is between them. */
export type Json = ReadonlyArray<string | Column | Nullable>;

declare const valueType: unique symbol;

/**
 * How a property of a row comes out of its table, with the property's type: a field of a nullable column is a
 * `Field<… | null>`, and is no field of a property that is never null.
 */
export interface Field<Value> {
  readonly [valueType]?: Value;
  readonly json: Json;
  /** Of an object that is made of this row's columns. */
  readonly parts?: ObjectParts;
  /** The condition under which it is null. */
  readonly unless?: Sql | undefined;
  /** What the columns come from beside the table, as it is after that in FROM. */
  readonly join?: Sql | undefined;
}

interface ObjectParts {
  readonly typename: string;
  readonly members: Readonly<Record<string, Json>>;
}

type KeysOf<Row, Value> = {
  [Key in keyof Row]: Row[Key] extends Value ? Key : never;
}[keyof Row] &
  string;
type NullableKeysOf<Row, Value> = {
  [Key in keyof Row]: null extends Row[Key] ? (Row[Key] extends Value | null ? Key : never) : never;
}[keyof Row] &
  string;

/** Of a value in which JSON would escape nothing: an id, a day, a name of an enum. */
function plainJson(value: Sql): Json {
  return ['"', { sql: value }, '"'];
}

function textJson(value: Sql): Json {
  return [{ sql: sql`to_json(${value})` }];
}

function instantJson(value: Sql): Json {
  return ['"', { sql: value, write: instantOf }, '"'];
}

/** @param unless a condition under which it is null. Absent: it never is */
export function nullUnder(json: Json, unless: Sql | undefined): Json {
  return unless ? [{ json, unless }] : json;
}

/** @param entries names, in which GraphQL's grammar leaves nothing to be escaped, and their values */
export function objectJson(entries: ReadonlyArray<readonly [string, Json]>): Json {
  const members = entries.flatMap(([name, json], index) => [`${index === 0 ? '' : ','}"${name}":`, ...json]);
  return ['{', ...members, '}'];
}

/** A field of an enum's or a plain value's expression, which is never null. */
export function expression<Value extends string>(value: Sql): Field<Value> {
  return { json: plainJson(value) };
}

/** A field of a jsonb that is never null. Its text escapes what separates columns. */
export function json<Value>(value: Sql): Field<Value> {
  return { json: [{ sql: sql`${value}::text` }] };
}

export function condition(value: Sql): Field<boolean> {
  return { json: [{ sql: sql`CASE WHEN ${value} THEN 'true' ELSE 'false' END` }] };
}

/**
 * The columns of a table as Prisma's model types them, so that a wrong type or a forgotten null does not compile.
 *
 * @param alias the table's name in the statement
 * @param names of columns that are not their properties' names in snake case
 */
export function columnsOf<Row>(alias: string, names: Partial<Record<keyof Row & string, string>> = {}) {
  const columnOf = (key: keyof Row & string): Sql => rawColumn(alias, names[key] ?? snakeCase(key));
  return {
    /** An id, or a value of an enum. */
    plain: <Key extends KeysOf<Row, string>>(key: Key): Field<Row[Key]> => ({
      json: plainJson(columnOf(key)),
    }),
    text: <Key extends KeysOf<Row, string>>(key: Key): Field<string> => ({ json: textJson(columnOf(key)) }),
    number: <Key extends KeysOf<Row, number>>(key: Key): Field<number> => ({
      json: [{ sql: columnOf(key) }],
    }),
    day: <Key extends KeysOf<Row, Date>>(key: Key): Field<Day> => ({ json: plainJson(columnOf(key)) }),
    instant: <Key extends KeysOf<Row, Date>>(key: Key): Field<Instant> => ({
      json: instantJson(columnOf(key)),
    }),
    money: (amountMinor: KeysOf<Row, bigint>, currency: KeysOf<Row, string>): Field<ShownMoney> =>
      moneyField(columnOf(amountMinor), columnOf(currency)),
    /** A DECIMAL, without zeros at its end. */
    decimal: (key: KeysOf<Row, DecimalValue>): Field<string> => ({ json: decimalJson(columnOf(key)) }),
    ids: (key: KeysOf<Row, string[]>): Field<string[]> => ({
      json: [{ sql: sql`array_to_json(${columnOf(key)})::text` }],
    }),
    orNull: {
      decimal: (key: NullableKeysOf<Row, DecimalValue>): Field<string | null> =>
        orNull(columnOf(key), decimalJson),
      /** @param currency null only where the amount is null */
      money: (
        amountMinor: NullableKeysOf<Row, bigint>,
        currency: KeysOf<Row, string> | NullableKeysOf<Row, string>,
      ): Field<ShownMoney | null> =>
        nullable(
          moneyField(columnOf(amountMinor), columnOf(currency)),
          sql`${columnOf(amountMinor)} IS NULL`,
        ),
      plain: <Key extends NullableKeysOf<Row, string>>(key: Key): Field<NonNullable<Row[Key]> | null> =>
        orNull(columnOf(key), plainJson),
      text: <Key extends NullableKeysOf<Row, string>>(key: Key): Field<string | null> =>
        orNull(columnOf(key), textJson),
      day: <Key extends NullableKeysOf<Row, Date>>(key: Key): Field<Day | null> =>
        orNull(columnOf(key), plainJson),
      instant: <Key extends NullableKeysOf<Row, Date>>(key: Key): Field<Instant | null> =>
        orNull(columnOf(key), instantJson),
    },
    /** A part of an object that is null as a whole, in which a nullable column is not null. */
    member: {
      text: (key: NullableKeysOf<Row, string>): Field<string> => ({ json: textJson(columnOf(key)) }),
      day: (key: NullableKeysOf<Row, Date>): Field<Day> => ({ json: plainJson(columnOf(key)) }),
    },
    isNull: (key: NullableKeysOf<Row, unknown>): Sql => sql`${columnOf(key)} IS NULL`,
  };
}

/** An object that is made of the row's columns. @param typename its type in the schema */
export function object<Value>(
  typename: string,
  fields: { readonly [Key in keyof Value]: Field<Value[Key]> },
): Field<Value> {
  const members: Record<string, Json> = {};
  for (const name in fields) members[name] = fields[name].json;
  return { json: objectJson(Object.entries(members)), parts: { typename, members } };
}

/** @param unless the condition under which it is null */
export function nullable<Value>({ json, parts, join }: Field<Value>, unless: Sql): Field<Value | null> {
  return { json: nullUnder(json, unless), unless, ...(parts && { parts }), join };
}

/** @param from what the columns come from beside the table */
export function joined<Value>(field: Field<Value>, from: Sql): Field<Value> {
  return { ...field, join: from };
}

function orNull<Value>(column: Sql, jsonOf: (column: Sql) => Json): Field<Value | null> {
  return nullable({ json: jsonOf(column) }, sql`${column} IS NULL`);
}

/** What Prisma reads a DECIMAL as. */
interface DecimalValue {
  toFixed(): string;
  isInteger(): boolean;
}

function decimalJson(value: Sql): Json {
  return ['"', { sql: sql`trim_scale(${value})::text` }, '"'];
}

/** An amount can't be shown without its currency: both are one column. */
function moneyField(amountMinor: Sql, currency: Sql): Field<ShownMoney> {
  const money = sql`${amountMinor}::text || ${currency}`;
  // ISO 4217 has three letters for each.
  const currencyIn = (text: string) => text.slice(-3);
  const amountIn = (text: string) => amountText(text.slice(0, -3), currencyIn(text));
  const members = {
    amount: ['"', { sql: money, write: amountIn }, '"'],
    currency: ['"', { sql: money, write: currencyIn }, '"'],
  };
  return { json: objectJson(Object.entries(members)), parts: { typename: 'Money', members } };
}

function rawColumn(alias: string, name: string): Sql {
  return raw(`${alias}.${name}`);
}

function snakeCase(key: string): string {
  return key.replace(/ById$/, 'By').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
