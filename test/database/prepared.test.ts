import { afterAll, expect, onTestFinished, test } from 'vitest';
import { connectionTo } from '../../src/database/connection.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import { type Part, parameter, raw, type Sql, sql } from '../../src/database/sql.js';
import { createDatabase } from '../database.js';

const database = await createDatabase();
afterAll(() => database.drop());

test('a connection keeps a bounded number of statements prepared, and the newest of any number is among them', async () => {
  const { rows } = open();
  const counts: number[] = [];
  for (let index = 0; index < 1_200; index++) {
    const statement = textOfItsOwn(index);
    await rows(statement);
    const [prepared] = await rows<{ count: bigint; newest: bigint }>(sql`
      SELECT count(*), count(*) FILTER (WHERE statement LIKE ${`%number ${index} %`}) AS newest
      FROM pg_prepared_statements`);
    counts.push(Number(prepared?.count));
    // The connection may have been given up just now: the statement was its last one then.
    if (prepared?.count !== 1n) expect(prepared?.newest).toBe(1n);
  }
  expect(Math.max(...counts)).toBeGreaterThan(400);
  expect(Math.max(...counts)).toBeLessThanOrEqual(500);
  expect(counts.filter((count) => count === 1)).toHaveLength(2);
});

test('the same pieces make one statement, and other pieces another, whatever the values', async () => {
  const { rows } = open();
  const value = (id: number, also: Sql) => sql`SELECT ${id}::int AS id, ${also}::text AS also`;
  expect(await rows(value(1, sql`${'a'}`))).toEqual([{ id: 1, also: 'a' }]);
  expect(await rows(value(2, sql`${'$1'}`))).toEqual([{ id: 2, also: '$1' }]);
  expect(await rows(value(3, sql`${'b'} || ${'c'}`))).toEqual([{ id: 3, also: 'bc' }]);
  expect(await rows(value(4, raw("'raw'")))).toEqual([{ id: 4, also: 'raw' }]);
  const prepared = await rows(sql`SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%AS also'
    ORDER BY length(statement), statement`);
  expect(prepared).toEqual([
    { statement: 'SELECT $1::int AS id, $2::text AS also' },
    { statement: "SELECT $1::int AS id, 'raw'::text AS also" },
    { statement: 'SELECT $1::int AS id, $2 || $3::text AS also' },
  ]);
});

test('a parameter is sent once, wherever it stands, and is no other that has the same value', async () => {
  const { rows } = open();
  const sum = (a: Part, b: Part) => sql`SELECT ${a}::int + ${b}::int + ${a}::int AS sum`;
  const one = parameter(1);
  expect(await rows(sum(one, 10))).toEqual([{ sum: 12 }]);
  expect(await rows(sum(parameter(2), parameter(2)))).toEqual([{ sum: 6 }]);
  expect(await rows(sum(one, one))).toEqual([{ sum: 3 }]);
  expect(await rows(sum(1, 1))).toEqual([{ sum: 3 }]);
  const digits = (a: Part, b: Part, c: Part) =>
    sql`SELECT ${a}::int * 100 + ${b}::int * 10 + ${c}::int AS number`;
  expect(await rows(digits(one, one, 2))).toEqual([{ number: 112 }]);
  expect(await rows(digits(one, 2, one))).toEqual([{ number: 121 }]);
  expect(await rows(digits(2, one, one))).toEqual([{ number: 211 }]);
  expect(await rows(digits(2, sql`3`, one))).toEqual([{ number: 231 }]);
  const prepared = await rows(sql`SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%AS sum'
    ORDER BY statement`);
  expect(prepared).toEqual([
    { statement: 'SELECT $1::int + $1::int + $1::int AS sum' },
    { statement: 'SELECT $1::int + $2::int + $1::int AS sum' },
    { statement: 'SELECT $1::int + $2::int + $3::int AS sum' },
  ]);
});

/** With one connection. */
function open(): Database {
  const opened = openDatabase({
    connection: connectionTo({ connectionString: database.url }),
    poolSize: 1,
    statementTimeoutMs: 5_000,
    onConnectionLost: () => {},
  });
  onTestFinished(() => opened.close());
  return opened;
}

function textOfItsOwn(index: number): Sql {
  return raw(`SELECT 'number ${index} ' AS text`);
}
