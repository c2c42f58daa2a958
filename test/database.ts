import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import type { Connection } from '../src/database/connection.js';
import { openClient } from '../src/database/session.js';

/** How a superuser reaches the test server. */
export interface ServerAddress {
  host: string;
  port: number;
  user: string;
  password: string;
}

/** Runs SQL as the test's own hand in the database, past the API. */
export async function runSql<Row extends pg.QueryResultRow>(
  connection: pg.ClientConfig,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** Runs SQL as a connection of Stipend's own does. */
export async function runAs<Row extends pg.QueryResultRow>(
  connection: Connection,
  text: string,
): Promise<Row[]> {
  const client = await openClient(connection);
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

/** A database of its own, migrated and empty. */
export interface TestDatabase {
  /** For DATABASE_URL; its role owns the database and is no superuser. */
  readonly url: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createDatabase(template = 'stipend_template'): Promise<TestDatabase> {
  const address = inject('postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runSql(
    { ...address, database: 'postgres' },
    `CREATE DATABASE ${name} TEMPLATE ${template} OWNER stipend STRATEGY FILE_COPY`,
  );
  const pool = new pg.Pool({ ...address, user: 'stipend', database: name, max: 4 });
  return {
    url: `postgresql://stipend:${address.password}@${encodeURIComponent(address.host)}:${address.port}/${name}`,
    sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
      (await pool.query<Row>(text, values)).rows,
    drop: async () => {
      await pool.end();
      await runSql({ ...address, database: 'postgres' }, `DROP DATABASE ${name}`);
    },
  };
}
