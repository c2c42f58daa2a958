import { raw, type Sql, sql, written as writtenSql } from './sql.js';

/**
 * JSON that PostgreSQL writes: texts that stand in it as they are, and expressions whose values are put between. None of the
 * expressions is null, or has values of its own.
 */
export type Json = ReadonlyArray<string | Sql>;

/** Of what is written without anything that JSON would escape: an id, a day, a name of an enum. */
export function plain(value: Sql): Json {
  return ['"', value, '"'];
}

/** Of any text. */
export function text(value: Sql): Json {
  return [sql`to_json(${value})::text`];
}

export function number(value: Sql): Json {
  return [value];
}

/** Of a timestamptz, as `DateTime` is shown: in UTC, which the session's time zone is, with milliseconds. */
export function instant(value: Sql): Json {
  return plain(instantText(value));
}

/** The same outside of JSON. */
export function instantText(value: Sql): Sql {
  return sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** @param unless a condition under which it is null; without one it never is */
export function orElseNull(json: Json, unless: Sql | undefined): Json {
  return unless ? [sql`CASE WHEN ${unless} THEN 'null' ELSE ${written(json)} END`] : json;
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

/** @returns the expression that writes it, as text */
export function written(json: Json): Sql {
  const pieces = merged(json).map((piece) =>
    typeof piece === 'string' ? quoted(piece) : `(${sourceOf(piece)})::text`,
  );
  return raw(concatenated(pieces));
}

const mostInARow = 16;

/**
 * By `||`, which costs PostgreSQL less than `concat`. It makes a text of each two: many pieces are halved, over and over, so
 * that none is copied for each that comes after it.
 */
function concatenated(pieces: readonly string[]): string {
  if (pieces.length <= mostInARow) return `(${pieces.join(' || ')})`;
  const half = Math.ceil(pieces.length / 2);
  return `(${concatenated(pieces.slice(0, half))} || ${concatenated(pieces.slice(half))})`;
}

/** Texts that follow one another are one. */
function merged(json: Json): Array<string | Sql> {
  const pieces: Array<string | Sql> = [];
  for (const piece of json) {
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  return pieces;
}

function quoted(piece: string): string {
  return `'${piece.replaceAll("'", "''")}'`;
}

function sourceOf(expression: Sql): string {
  const { text, values } = writtenSql(expression);
  if (values.length > 0) throw new Error('a value within JSON');
  return text;
}
