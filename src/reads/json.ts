import { raw, type Sql, sql, written as writtenSql } from '../database/sql.js';
import { instantOf } from '../values/dates.js';

/** A value of a row, of which PostgreSQL sends the text. That is not null, and the separator of the row's columns is not in it. */
export interface Column {
  readonly sql: Sql;
  /** What of the text stands in JSON; without it, all of it. */
  readonly write?: (text: string) => string;
}

/** JSON that is null under a condition, as its columns may be then. */
interface Nullable {
  /** Nothing in it is null under a condition of its own. */
  readonly json: Json;
  readonly unless: Sql;
}

/** JSON of a row: texts that stand in it as they are, and what stands between them. */
export type Json = ReadonlyArray<string | Column | Nullable>;

/** Of what is written without anything that JSON would escape: an id, a day, a name of an enum. */
export function plain(value: Sql): Json {
  return ['"', { sql: value }, '"'];
}

/** Of any text. */
export function text(value: Sql): Json {
  return [{ sql: sql`to_json(${value})` }];
}

export function number(value: Sql): Json {
  return [{ sql: value }];
}

export function boolean(condition: Sql): Json {
  return [{ sql: sql`CASE WHEN ${condition} THEN 'true' ELSE 'false' END` }];
}

/** Of a timestamptz, as `DateTime` is shown. */
export function instant(value: Sql): Json {
  return ['"', instantColumn(value), '"'];
}

/** The same outside of JSON. */
export function instantColumn(value: Sql): Column {
  return { sql: value, write: instantOf };
}

/** @param unless a condition under which it is null; without one it never is */
export function orElseNull(json: Json, unless: Sql | undefined): Json {
  return unless ? [{ json, unless }] : json;
}

/** @param column null where the JSON is to be null */
export function orNull(column: Sql, json: (column: Sql) => Json): Json {
  return orElseNull(json(column), sql`${column} IS NULL`);
}

/** @param entries names, which GraphQL's grammar keeps from anything that would be escaped, and what they stand for */
export function object(entries: ReadonlyArray<readonly [string, Json]>): Json {
  const members = entries.flatMap(([name, json], index) => [`${index === 0 ? '' : ','}"${name}":`, ...json]);
  return ['{', ...members, '}'];
}

/** A function has at most 100 arguments in PostgreSQL. */
const mostArguments = 90;

/** The columns that are read of a row, each once, however often it is written. */
export class Columns {
  readonly #places = new Map<string, number>();

  /** @returns its place among the values */
  place(source: string): number {
    const place = this.#places.get(source) ?? this.#places.size;
    this.#places.set(source, place);
    return place;
  }

  get count(): number {
    return this.#places.size;
  }

  /** The expression that makes one text of all. @param separator a control character as SQL */
  joined(separator: string): Sql {
    return raw(joined([...this.#places.keys()], separator));
  }
}

function joined(sources: readonly string[], separator: string): string {
  if (sources.length <= mostArguments) return `concat_ws(${separator}, ${sources.join(', ')})`;
  const half = Math.ceil(sources.length / 2);
  return joined(
    [joined(sources.slice(0, half), separator), joined(sources.slice(half), separator)],
    separator,
  );
}

/** @param values the texts of the columns of rows, one row after the other @param from where the row's begin */
export type Writer = (values: readonly string[], from: number) => string;

type Source = (source: string) => string;

/** @returns what writes the JSON of the columns, which are placed among the others */
export function writerOf(json: Json, columns: Columns, sourceAs: Source = (source) => source): Writer {
  const pieces = merged(json).map((piece) => {
    if (typeof piece === 'string') return piece;
    return 'unless' in piece ? nullable(piece, columns) : columnWriter(piece, columns, sourceAs);
  });
  return (values, from) => {
    let text = '';
    for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(values, from);
    return text;
  };
}

export function columnWriter(
  { sql, write }: Column,
  columns: Columns,
  sourceAs: Source = (source) => source,
): Writer {
  const place = columns.place(sourceAs(sourceOf(sql)));
  const textOf: Writer = (values, from) => values[from + place] as string;
  return write ? (values, from) => write(textOf(values, from)) : textOf;
}

/** Its first column says `null`, which no value's text is, where all of it is null. */
function nullable({ json, unless }: Nullable, columns: Columns): Writer {
  if (json.some((piece) => typeof piece !== 'string' && 'unless' in piece))
    throw new Error('null within null');
  const condition = sourceOf(unless);
  let first: string | undefined;
  const write = writerOf(json, columns, (source) => {
    if (first !== undefined) return `coalesce((${source})::text, 'null')`;
    first = orNullSource(condition, `(${source})::text`);
    return first;
  });
  const flag = columns.place(first ?? orNullSource(condition, `'there'`));
  return (values, from) => (values[from + flag] === 'null' ? 'null' : write(values, from));
}

function orNullSource(condition: string, source: string): string {
  return `CASE WHEN ${condition} THEN 'null' ELSE ${source} END`;
}

/** Texts that follow one another are one. */
function merged(json: Json): Json {
  const pieces: Array<Json[number]> = [];
  for (const piece of json) {
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  return pieces;
}

function sourceOf(expression: Sql): string {
  const { text, values } = writtenSql(expression);
  if (values.length > 0) throw new Error('a value within JSON');
  return text;
}
