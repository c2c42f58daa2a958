import { createHash } from 'node:crypto';
import pg from 'pg';

/** Those of a program are few; texts that follow what operations ask for could be any number. */
const mostPrepared = 500;

const names = new Map<string, string>();
const templates = new Map<string, object>();

/** One name for one text, so that PostgreSQL parses and plans it once on each connection. */
export function nameOf({ sql }: { sql: string }): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(sql).digest('base64url');
  if (names.size < mostPrepared) names.set(sql, name);
  return name;
}

/**
 * A statement for pg, which copies each property that is the object's own: all but the values are its prototype's.
 * It is prepared, as long as there are not too many.
 */
export function statementOf(text: string, values: unknown[]): pg.QueryConfig {
  const statement: pg.QueryConfig = Object.create(templateOf(text));
  statement.values = values;
  return statement;
}

function templateOf(text: string): object {
  const known = templates.get(text);
  if (known) return known;
  const template = { text, types: columnTypes };
  if (templates.size >= mostPrepared) return template;
  const prepared = { ...template, name: nameOf({ sql: text }) };
  templates.set(text, prepared);
  return prepared;
}

const { builtins } = pg.types;

const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.DATE) return (value: string) => value;
    return pg.types.getTypeParser(oid, format);
  },
};
