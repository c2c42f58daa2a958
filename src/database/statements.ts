import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { type Sql, written } from './sql.js';

const { builtins } = pg.types;

const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === builtins.INT8) return BigInt;
    if (oid === builtins.DATE) return (value: string) => value;
    return pg.types.getTypeParser(oid, format);
  },
};

/** What all statements with the same text have in common. */
export type Template = Readonly<Pick<pg.QueryConfig, 'text' | 'name' | 'types'>>;

/** As many as a connection keeps prepared. */
const templates = new LRUCache<string, Template>({ max: 500 });

export function templateOf(text: string): Template {
  const known = templates.get(text);
  if (known) return known;
  const template = { text, types: columnTypes, name: nameOf(text) };
  templates.set(text, template);
  return template;
}

/** @returns the template, the same object for the same text, and the values */
export function statementOf(statement: Sql): { template: Template; values: unknown[] } {
  const { text, values } = written(statement);
  return { template: templateOf(text), values };
}

export function queryOf(template: Template, values: unknown[]): pg.QueryConfig {
  return { ...template, values };
}

/** A name for each text, under which each connection prepares it once. */
export function nameOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
