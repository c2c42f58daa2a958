import type { Asked } from '../graphql/asked.js';
import { raw, type Sql, sql } from './database.js';

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

/** PostgreSQL takes 100 arguments. */
const mostArguments = 99;

/** @returns the expression that writes it, as text */
export function written(json: Json): Sql {
  const pieces = merged(json).map((piece) => (typeof piece === 'string' ? quoted(piece) : sourceOf(piece)));
  const groups: string[] = [];
  for (let at = 0; at < pieces.length; at += mostArguments) {
    groups.push(`concat(${pieces.slice(at, at + mostArguments).join(', ')})`);
  }
  return raw(groups.join(' || '));
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

function sourceOf({ sql: source, values }: Sql): string {
  if (values.length > 0) throw new Error('a value within JSON');
  return source;
}

/** A part of an answer that is JSON already. */
export class JsonText {
  constructor(readonly text: string) {}
}

/**
 * What PostgreSQL wrote: parsed, for resolvers; or, where it is the answer, as it is. That stands in the row's place then,
 * and nothing is asked of it but to be sent.
 *
 * @param json of a row, or of a list of rows
 */
export function readJson<Found>(json: string, { answer }: Asked): Found {
  return answer ? (new JsonText(json) as never) : JSON.parse(json);
}

/**
 * Writes what JSON.stringify can't: a value with parts that are JSON already. They go straight into the bytes that are sent,
 * since each text that they became part of before would be a copy of them.
 *
 * @returns JSON, and the end of its line
 */
export function lineOf(value: unknown): Buffer {
  const pieces = new Pieces();
  write(pieces, value);
  pieces.append('\n');
  return pieces.bytes();
}

function write(pieces: Pieces, value: unknown): void {
  if (value instanceof JsonText) {
    pieces.add(value.text);
  } else if (Array.isArray(value)) {
    writeAll(pieces, '[]', value, write);
  } else if (typeof value !== 'object' || value === null || value instanceof Date) {
    pieces.append(JSON.stringify(value));
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    writeAll(pieces, '{}', members, (_, [name, member]) => {
      pieces.append(`${JSON.stringify(name)}:`);
      write(pieces, member);
    });
  }
}

function writeAll<Item>(
  pieces: Pieces,
  [open = '', close = '']: string,
  items: readonly Item[],
  writeOne: (pieces: Pieces, item: Item) => void,
): void {
  pieces.append(open);
  for (const [index, item] of items.entries()) {
    if (index > 0) pieces.append(',');
    writeOne(pieces, item);
  }
  pieces.append(close);
}

/** Texts that follow one another. */
class Pieces {
  readonly #whole: string[] = [];
  #last = '';

  /** A short one. */
  append(text: string): void {
    this.#last += text;
  }

  /** A long one. */
  add(text: string): void {
    this.#whole.push(this.#last, text);
    this.#last = '';
  }

  bytes(): Buffer {
    const all = [...this.#whole, this.#last];
    const bytes = Buffer.allocUnsafe(all.reduce((length, text) => length + Buffer.byteLength(text), 0));
    let at = 0;
    for (const text of all) at += bytes.write(text, at);
    return bytes;
  }
}
