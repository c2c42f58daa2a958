import { join, raw, type Sql, sql } from '../database/database.js';
import { type Asked, type AskedField, asked, askedAnswer } from './asked.js';
import { type Column, type Json, object, orElseNull } from './json.js';
import { JsonText } from './json-text.js';
import { type Parts, type Selection, selectionOf, separators } from './selection.js';

type Members = Readonly<Record<string, Json>>;

/** How a field of the API comes of a table's row. */
export interface Field {
  /** What a row that is parsed has for the field. */
  readonly properties: Members;
  /** What these are made of beside the row. */
  readonly join?: Sql;
  /**
   * What the field answers, where it can be written of the row with all that is asked of it.
   *
   * @param page the name of the page that the field is, among those that are read beside the row
   */
  readonly answer?: (asked: AskedField, page: string) => Json | undefined;
  /** What that is made of beside the row. */
  readonly answerJoin?: Sql;
  readonly isPage?: boolean;
}

/** A field by its name. */
type Definition = (name: string) => Field;

/** A value as it is answered. */
export function value(json: Json, { join }: { join?: Sql } = {}): Definition {
  return (name) => ({
    properties: { [name]: json },
    answer: () => json,
    ...(join && { join, answerJoin: join }),
  });
}

/** An object that is made of the row. */
export function part(
  typename: string,
  members: Members,
  { join, unless }: { join?: Sql; unless?: Sql } = {},
): Definition {
  const whole = orElseNull(object(Object.entries(members)), unless);
  return (name) => ({
    properties: { [name]: whole },
    answer: ({ fields }) => {
      const json = answerOf(typename, members, fields);
      return json && orElseNull(json, unless);
    },
    ...(join && { join, answerJoin: join }),
  });
}

/** What a resolver answers, with some properties of the row. */
export function resolved(properties: Members = {}): Definition {
  return () => ({ properties });
}

/** An object of another table, which a resolver answers; or the row, as far as it is one of these members. */
export function related(properties: Members, typename: string, members: Members, join: Sql): Definition {
  return () => ({
    properties,
    answer: ({ fields }) => answerOf(typename, members, fields),
    answerJoin: join,
  });
}

/** A page of other rows, which a resolver answers; or the row, where nothing but these is asked for. */
export function page(typename: string, rows: Rows<unknown>): Definition {
  return () => ({
    properties: {},
    isPage: true,
    answer: ({ fields }, page) => {
      const [nodes, again] = fields.filter(({ name }) => name === 'nodes');
      if (!nodes || again || !rows.canAnswer(nodes.fields)) return undefined;
      const { rowsIn } = rows.of(askedAnswer(nodes.fields));
      const column = { sql: raw(`${page}.page`), write: (text: string) => rowsIn(text).json() };
      return answerOf(typename, { nodes: [column] }, fields);
    },
  });
}

/** @returns undefined when something else than the members is asked for */
function answerOf(typename: string, members: Members, asked: readonly AskedField[]): Json | undefined {
  return objectOf(typename, asked, ({ name }) => members[name]);
}

/** @returns undefined when a field has no JSON */
function objectOf(
  typename: string,
  asked: readonly AskedField[],
  jsonOf: (field: AskedField) => Json | undefined,
): Json | undefined {
  const entries = asked.flatMap((field) => {
    const json = field.name === '__typename' ? [`"${typename}"`] : jsonOf(field);
    return json ? [[field.as, json] as const] : [];
  });
  return entries.length === asked.length ? object(entries) : undefined;
}

/** @param queries for one row each, as `pageOf` makes them */
export function joinPages(queries: readonly Sql[]): Sql {
  return joined(queries.map((query, index) => sql`CROSS JOIN LATERAL (${query}) ${pageAt(index)}`));
}

const pagesAt: Sql[] = [];

function pageAt(index: number): Sql {
  pagesAt[index] ??= raw(pageName(index));
  return pagesAt[index];
}

function pageName(index: number): string {
  return `page_${index}`;
}

function joined(joins: Iterable<Sql>): Sql {
  return join([sql``, ...new Set(joins)], ' ');
}

/** A table's rows, as the API shows them. */
export interface Rows<Row> {
  of(asked: Asked): Selection<Row>;
  /** Whether all of this can be written of a row. */
  canAnswer(fields: readonly AskedField[]): boolean;
  /** Asks for all that the API shows, to be parsed. */
  readonly everyField: Asked;
}

interface RowsOptions {
  /** Fields whose properties each row that is parsed has. */
  always: readonly string[];
  /** What lists are sorted by. */
  sortKey: readonly Column[];
  /** Whether they may stand within other rows, or others within them. */
  nesting: keyof typeof separators;
}

/** @param definitions every field of the type */
export function defineRows<Row>(
  typename: string,
  definitions: Readonly<Record<string, Definition>>,
  { always, sortKey, nesting }: RowsOptions,
): Rows<Row> {
  const fields = Object.fromEntries(
    Object.entries(definitions).map(([name, define]) => [name, define(name)]),
  );
  const answer = (asked: readonly AskedField[]): Parts | undefined => {
    const pages = asked.filter(({ name }) => fields[name]?.isPage);
    const json = objectOf(typename, asked, (field) =>
      fields[field.name]?.answer?.(field, pageName(pages.indexOf(field))),
    );
    const joins = joined(asked.flatMap(({ name }) => fields[name]?.answerJoin ?? []));
    return json && { json, joins, pages };
  };
  const parse = (names: Iterable<string>): Parts => {
    const chosen = [...new Set([...always, ...names])].flatMap((name) => fields[name] ?? []);
    const properties = new Map(chosen.flatMap((field) => Object.entries(field.properties)));
    const joins = joined(chosen.flatMap((field) => field.join ?? []));
    return { json: object([...properties]), joins, pages: [] };
  };
  const select = (asked: Asked): Selection<Row> => {
    const parts = asked.answer ? answer(asked.answer) : parse(asked.fields);
    if (!parts) throw new Error('what is asked can not be written of a row');
    const made = <Found>(json: string): Found =>
      asked.answer ? (new JsonText(json) as Found) : JSON.parse(json);
    return selectionOf(parts, sortKey, separators[nesting], made);
  };
  const selections = new WeakMap<Asked, Selection<Row>>();
  return {
    of: (asked) => {
      const selection = selections.get(asked) ?? select(asked);
      selections.set(asked, selection);
      return selection;
    },
    canAnswer: (asked) => answer(asked) !== undefined,
    everyField: asked(Object.keys(fields)),
  };
}
