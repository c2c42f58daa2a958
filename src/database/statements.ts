import { createHash } from 'node:crypto';
import pg from 'pg';
import { PreparedTexts, type Sql } from './sql.js';

const { builtins } = pg.types;

const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.DATE) return (value: string) => value;
    return pg.types.getTypeParser(oid, format);
  },
};

/** What pg is told of every statement with the same text. */
export type Template = Readonly<Pick<pg.QueryConfig, 'text' | 'name' | 'types'>>;

const templates = new PreparedTexts<Template>(templateOf);

export function templateOf(text: string): Template {
  return { text, types: columnTypes, name: nameOf(text) };
}

/** A statement's text, the same object for the same one, and its values. */
export function statementOf(statement: Sql): { template: Template; values: unknown[] } {
  const { text: template, values } = templates.statementOf(statement);
  return { template, values };
}

/** A statement for pg, which copies each property that is the object's own: all but the values are its prototype's. */
export function queryOf(template: Template, values: unknown[]): pg.QueryConfig {
  const query: pg.QueryConfig = Object.create(template);
  query.values = values;
  return query;
}

/** One name for one text, so that PostgreSQL parses and plans it once on each connection. */
export function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
