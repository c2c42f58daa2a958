import { afterAll, expect, onTestFinished, test } from 'vitest';
import { connectionTo } from '../../src/database/connection.js';
import { type Database, openDatabase } from '../../src/database/database.js';
import { type Part, raw, sql } from '../../src/database/sql.js';
import { createDatabase } from '../database.js';

const database = await createDatabase();
afterAll(() => database.drop());

function open(): { db: Database; sent: string[] } {
  const sent: string[] = [];
  const db = openDatabase({
    connection: connectionTo({ connectionString: database.url }),
    poolSize: 4,
    statementTimeoutMs: 10_000,
    onConnectionLost: () => {},
    onStatement: (text) => sent.push(text),
  });
  onTestFinished(() => db.close());
  return { db, sent };
}

const numbers = Array.from({ length: 120 }, (_, index) => index);

test('what is read at the same time by the same text shares statements, and each gets its own rows in their order', async () => {
  const { db, sent } = open();
  const read = (most: number) =>
    db.rowsTogether<{ number: number }>(
      sql`SELECT n AS number FROM generate_series(1, ${most}::int) n ORDER BY n DESC`,
    );
  const found = await Promise.all(numbers.map(read));
  for (const [most, rows] of found.entries()) {
    expect(rows.map(({ number }) => number)).toEqual(
      Array.from({ length: most }, (_, index) => most - index),
    );
  }
  expect(sent.length).toBeLessThan(6);
});

test('values are what they are alone', async () => {
  const { db, sent } = open();
  const values = [
    ['text', `"quoted" \\ {braces}, commas, 'single' $1 € 💶 \t\n`, '', null],
    ['bigint', 9_007_199_254_740_993n, -1, '7', null],
    ['boolean', true, false],
    ['timestamptz', new Date('2026-11-21T12:34:56.789Z'), null],
    ['text[]', [], ['a', '', 'NULL', 'with "quotes", \\ and {braces}', null], null],
    ['uuid[]', ['0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000', '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0001']],
  ] as const;
  for (const [type, ...ofType] of values) {
    const cast = raw(type);
    const statement = (value: Part) => sql`SELECT ${value}::${cast} AS value`;
    const twice = [...ofType, ...ofType, ...ofType];
    const alone = await Promise.all(twice.map((value) => db.rows<{ value: unknown }>(statement(value))));
    sent.length = 0;
    const shared = await Promise.all(
      twice.map((value) => db.rowsTogether<{ value: unknown }>(statement(value))),
    );
    expect(sent.some((text) => text.includes('json_to_recordset'))).toBe(true);
    expect(shared.map(([row]) => row?.value)).toEqual(alone.map(([row]) => row?.value));
  }
});

test('one that PostgreSQL refuses is refused by itself', async () => {
  const { db } = open();
  const divided = await Promise.allSettled(
    numbers
      .slice(0, 20)
      .map((by) => db.rowsTogether<{ found: number }>(sql`SELECT 100 / ${by - 7}::int AS found`)),
  );
  expect(divided.map(({ status }) => status)).toEqual(
    numbers.slice(0, 20).map((by) => (by === 7 ? 'rejected' : 'fulfilled')),
  );
});
