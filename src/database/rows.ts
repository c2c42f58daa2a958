import { type Asked, type AskedField, asked } from '../graphql/asked.js';
import { join, raw, type Sql, sql } from './database.js';
import { type Json, object, orElseNull, plain, written } from './json.js';

type Members = Readonly<Record<string, Json>>;

/** How a field of the API comes of a table's row. */
export interface Field {
  /** What a row that is parsed has for the field. */
  readonly properties: Members;
  /** What these are made of beside the row. */
  readonly join?: Sql;
  /**
   * What the field answers, where PostgreSQL can write it with all that is asked of it.
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

/** An object of another table, which a resolver answers; or PostgreSQL, as far as it is one of these members. */
export function related(properties: Members, typename: string, members: Members, join: Sql): Definition {
  return () => ({
    properties,
    answer: ({ fields }) => answerOf(typename, members, fields),
    answerJoin: join,
  });
}

/** A page of other rows, which a resolver answers; or PostgreSQL, where nothing but its rows is asked for. */
export function page(typename: string, rows: Rows): Definition {
  return () => ({
    properties: {},
    isPage: true,
    answer: ({ fields }, page) => {
      const nodes = fields.filter(({ name }) => name === 'nodes');
      if (nodes.length !== 1 || !nodes.every((each) => rows.canAnswer(each.fields))) return undefined;
      return answerOf(typename, { nodes: [raw(`${page}.nodes`)] }, fields);
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
    const json = field.name === '__typename' ? plain(raw(`'${typename}'`)) : jsonOf(field);
    return json ? [[field.as, json] as const] : [];
  });
  return entries.length === asked.length ? object(entries) : undefined;
}

/** What is read of each row. */
export interface Selection {
  /** The row as JSON, in one column: an object to be parsed, or the answer itself. */
  readonly json: Sql;
  /** What it is made of beside the table: to stand after that. */
  readonly joins: Sql;
  /** The fields of the answer that are pages, to be joined after that by `joinPages`. */
  readonly pages: readonly AskedField[];
}

/** @param queries for one row each, of `pageOf` */
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
export interface Rows {
  of(asked: Asked): Selection;
  /** Whether PostgreSQL can write all of this. */
  canAnswer(fields: readonly AskedField[]): boolean;
  /** Asks for all that the API shows, to be parsed. */
  readonly everyField: Asked;
}

/**
 * @param definitions every field of the type
 * @param always fields whose properties each row that is parsed has
 */
export function defineRows(
  typename: string,
  definitions: Readonly<Record<string, Definition>>,
  always: readonly string[],
): Rows {
  const fields = Object.fromEntries(
    Object.entries(definitions).map(([name, define]) => [name, define(name)]),
  );
  const parse = (names: Iterable<string>): Selection => {
    const chosen = [...new Set([...always, ...names])].flatMap((name) => fields[name] ?? []);
    const properties = new Map(chosen.flatMap((field) => Object.entries(field.properties)));
    return {
      json: written(object([...properties])),
      joins: joined(chosen.flatMap((field) => field.join ?? [])),
      pages: [],
    };
  };
  const answer = (asked: readonly AskedField[]): Selection | undefined => {
    const pages = asked.filter(({ name }) => fields[name]?.isPage);
    const json = objectOf(typename, asked, (field) =>
      fields[field.name]?.answer?.(field, pageName(pages.indexOf(field))),
    );
    return (
      json && {
        json: written(json),
        joins: joined(asked.flatMap(({ name }) => fields[name]?.answerJoin ?? [])),
        pages,
      }
    );
  };
  const select = (asked: Asked): Selection => {
    const selection = asked.answer ? answer(asked.answer) : parse(asked.fields);
    if (!selection) throw new Error('PostgreSQL can not write what is asked');
    return selection;
  };
  const selections = new WeakMap<Asked, Selection>();
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
