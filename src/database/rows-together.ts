import type pg from 'pg';
import { batch } from '../concurrency/batch.js';
import { lazy } from '../values/lazy.js';
import { isRefused } from './database-errors.js';
import { type Sql, written } from './sql.js';
import { queryOf, statementOf, type Template, templateOf } from './statements.js';

type Send = <Row extends object>(query: pg.QueryConfig) => Promise<Row[]>;
type Values = unknown[];
type Read = (values: Values) => Promise<object[] | undefined>;

/** While PostgreSQL runs one, the rows of the other are read. */
const maxStatements = 2;

/**
 * Reads by statements that operations share: those that differ in nothing but their values, and come at the same time. A
 * statement costs the server and PostgreSQL more than the few rows in it do: docs/decisions/sharing-statements.md.
 *
 * @param send runs a statement
 */
export function createRowsTogether(send: Send): <Row extends object>(statement: Sql) => Promise<Row[]> {
  const reads = new WeakMap<Template, Read>();
  const readFor = (template: Template, statement: Sql): Read => {
    const alone = (values: Values) => send(queryOf(template, values));
    const shared = lazy(() => templateOf(sharedText(statement)));
    const together = async (all: readonly Values[]) =>
      parted(await send<SharedRow>(queryOf(shared(), [recordset(all)])), all.length);
    const run = (all: readonly Values[]) => readAll(all, alone, together);
    return batch({ run, maxConcurrent: maxStatements });
  };
  return async <Row extends object>(statement: Sql) => {
    const { template, values } = statementOf(statement);
    const read = reads.get(template) ?? readFor(template, statement);
    reads.set(template, read);
    return ((await read(values)) ?? []) as Row[];
  };
}

async function readAll(
  all: readonly Values[],
  alone: (values: Values) => Promise<object[]>,
  together: (all: readonly Values[]) => Promise<object[][]>,
): Promise<Array<object[] | Promise<object[]>>> {
  if (all.length > 1) {
    try {
      return await together(all);
    } catch (error) {
      // Whose fault it was comes out alone; nobody is to fail for another's.
      if (!isRefused(error)) throw error;
    }
  }
  return all.map(alone);
}

/**
 * The statement for each row of a list of values: written with columns of that list in place of its parameters, so that
 * each row is read by the whole statement, visibility included, for the values of one operation and no other's.
 */
function sharedText(statement: Sql): string {
  const { text: each, values } = written(statement, (number) => `o.${parameterColumn(number)}`);
  const columns = values.map((_, index) => `, ${parameterColumn(index + 1)} text`);
  return `SELECT o.place AS "sharedPlace", q.*
    FROM json_to_recordset($1::json) AS o (place int${columns.join('')}) CROSS JOIN LATERAL (${each}) q`;
}

function parameterColumn(number: number): string {
  return `p${number}`;
}

/** The values of each, as `json_to_recordset` takes them. */
function recordset(all: readonly Values[]): string {
  const records = all.map((values, place) => {
    const columns = values.map((value, index) => `,"${parameterColumn(index + 1)}":${jsonOf(value)}`);
    return `{"place":${place}${columns.join('')}}`;
  });
  return `[${records.join()}]`;
}

/** A value as PostgreSQL reads it from a text. */
function jsonOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return JSON.stringify(Array.isArray(value) ? `{${value.map(arrayElement).join()}}` : plainText(value));
}

function arrayElement(value: unknown): string {
  return value === null ? 'NULL' : `"${plainText(value).replace(/["\\]/g, '\\$&')}"`;
}

function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new TypeError('a value of a shared statement has no text form');
}

interface SharedRow {
  sharedPlace: number;
}

function parted(rows: readonly SharedRow[], count: number): object[][] {
  const lists: object[][] = Array.from({ length: count }, () => []);
  for (const row of rows) lists[row.sharedPlace]?.push(row);
  return lists;
}
