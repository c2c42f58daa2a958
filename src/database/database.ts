import { setTimeout as delay } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { isTransient } from './database-errors.js';
import { connectWithinMs, openPool, type PoolOptions } from './pool.js';
import { createRowsTogether } from './rows-together.js';
import type { Sql } from './sql.js';
import { nameOf, queryOf, statementOf } from './statements.js';

/** A Prisma client within a transaction. Helpers that write require one, so that none runs outside by mistake. */
export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

export interface Database {
  /** For what is not hot: see docs/decisions/two-ways-to-the-data.md. */
  readonly prisma: PrismaClient;
  /** For libraries that bring SQL of their own. */
  readonly pool: pg.Pool;
  /**
   * Runs one statement on the pool that Prisma uses too, prepared once on each connection. Columns come as bigint for
   * BIGINT, `YYYY-MM-DD` for DATE, Date for TIMESTAMPTZ, Buffer for BYTEA, parsed for JSON.
   *
   * @param statement or what makes it, called when a connection is free; nothing is sent when that throws
   */
  rows<Row extends object>(statement: Sql | (() => Sql)): Promise<Row[]>;
  /**
   * The same for a fast read: statements with the same text that run at the same time are sent as one. Values are sent as
   * text, so each needs a cast in the statement.
   */
  rowsTogether<Row extends object>(statement: Sql): Promise<Row[]>;
  /** Runs the work in a transaction, and again, a bounded number of times, after a deadlock or the like. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Whether the server has just refused something for lack of disk, memory or the like. */
  lacksResources(): boolean;
  /**
   * Closes connections that have been in use for that long. For when the database is back after an outage: what was sent
   * during it may never have arrived, and would hold connections that new work needs.
   */
  closeStalled(milliseconds: number): void;
  /** Closes idle connections. For when some may be dead. */
  closeIdle(): void;
  /** Waits for running statements, but not for long. */
  close(): Promise<void>;
}

export interface DatabaseOptions extends PoolOptions {
  /** How long a statement of `rows` took, including the wait for a connection. */
  onRows?: (seconds: number, failed: boolean) => void;
}

const maxAttempts = 4;

export function openDatabase(options: DatabaseOptions): Database {
  const { pool, lacksResources, closeStalled, closeIdle, close } = openPool(options);
  const { schema } = options.connection;
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      statementNameGenerator: ({ sql: text }) => nameOf(text),
      ...(schema !== undefined && { schema }),
    }),
  });
  const timed = async <Row>(query: () => Promise<{ rows: Row[] }>): Promise<Row[]> => {
    const started = performance.now();
    let failed = true;
    try {
      const { rows } = await query();
      failed = false;
      return rows;
    } finally {
      options.onRows?.((performance.now() - started) / 1000, failed);
    }
  };
  const send = <Row extends object>(query: pg.QueryConfig) => timed(() => pool.query<Row>(query));
  return {
    prisma,
    pool,
    rows: <Row extends object>(statement: Sql | (() => Sql)) =>
      typeof statement === 'function'
        ? timed(() => queryWhenConnected<Row>(pool, () => toQuery(statement())))
        : send<Row>(toQuery(statement)),
    rowsTogether: createRowsTogether(send),
    transaction: (work) =>
      withRetry(() =>
        prisma.$transaction(work, { timeout: options.statementTimeoutMs, maxWait: connectWithinMs }),
      ),
    lacksResources,
    closeStalled,
    closeIdle,
    close: () => close(() => prisma.$disconnect()),
  };
}

function toQuery(statement: Sql): pg.QueryConfig {
  const { template, values } = statementOf(statement);
  return queryOf(template, values);
}

/** As `pool.query` does it, but for the statement, which is made when there is a connection for it. */
async function queryWhenConnected<Row extends object>(
  pool: pg.Pool,
  makeQuery: () => pg.QueryConfig,
): Promise<pg.QueryResult<Row>> {
  const client = await pool.connect();
  let failure: Error | undefined;
  const onFailure = (error: unknown) => {
    failure = error instanceof Error ? error : new Error('a statement failed');
  };
  client.on('error', onFailure);
  try {
    const query = makeQuery();
    try {
      return await client.query<Row>(query);
    } catch (error) {
      onFailure(error);
      throw error;
    }
  } finally {
    client.off('error', onFailure);
    // A connection on which something failed is closed: nobody knows what state it is in.
    client.release(failure);
  }
}

/** Runs one statement within a transaction. Columns come as Prisma reads them. */
export function rowsWithin<Row extends object>(tx: Transaction, statement: Sql): Promise<Row[]> {
  const { template, values } = statementOf(statement);
  return tx.$queryRawUnsafe<Row[]>(template.text, ...values);
}

/** Retries after a deadlock or a serialization failure, a bounded number of times. The attempt must be atomic. */
export async function withRetry<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (attempts >= maxAttempts || !isTransient(error)) throw error;
      await delay(2 ** attempts * 5 * (1 + Math.random()));
    }
  }
}
